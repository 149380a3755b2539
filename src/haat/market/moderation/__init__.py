"""What people report to the market, and what it decides."""
