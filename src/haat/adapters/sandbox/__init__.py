"""A gateway of our own that plays an outside company: it takes no money and does whatever its test cards say."""
