"""One file a room of the console."""
