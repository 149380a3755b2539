"""Backups: sets of everything that a stack cannot be made again without, each restored and examined before it is called good."""
