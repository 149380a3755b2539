"""Random walks through every process, on any of the databases: `python -m tests.walks --help`."""
