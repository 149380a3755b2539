"""Whole pages that are kept for a while: in this process, and on a server that all processes share. All of it may be lost at any time."""
