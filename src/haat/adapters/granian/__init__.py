"""Granian, which speaks HTTP for us."""
