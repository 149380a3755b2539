"""The shop as everybody sees it: looking, buying, signing in."""
