"""How the machine, the processes of the stack and what is outside of it are. Nothing here needs the shop to be alive."""
