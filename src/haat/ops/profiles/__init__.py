"""Where a process that runs spends its time: it looks at itself for some seconds when it is asked, and costs nothing else."""
