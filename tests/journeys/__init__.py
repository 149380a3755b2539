"""What people do with a real browser at a shop that really runs."""
