"""What is kept to be quick: pages, in each web process and on a server where the settings name one."""
