"""What is done to a stack again and again: each day, each week, each month; by the keeper, or by a person who says so."""
