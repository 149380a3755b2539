"""What is kept to be quick. There is one such thing: the pages that each web process keeps for a moment."""
