"""Articles of private people: posting them, making offers for them, writing about them."""
