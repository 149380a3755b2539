"""The processes of a stack on one machine: forks of one supervisor, which keeps them running and ends them in order."""
