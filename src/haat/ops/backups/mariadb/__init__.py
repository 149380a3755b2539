"""Copies of a server of MariaDB, and its binary logs, by its own programs."""
