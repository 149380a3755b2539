"""What people ask about a listing, and what its owner answers, for everybody to read."""
