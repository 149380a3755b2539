"""Haat: a marketplace you can run at three in the morning."""

__version__ = "0.1.0"
