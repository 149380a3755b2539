"""Equipment for hire: units, what they cost, when they are free, and who has them when."""
