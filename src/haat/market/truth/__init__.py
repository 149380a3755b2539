"""The shop's invariants, and whether they hold."""
