"""Where things are: towns by their names, and how far they are apart."""
