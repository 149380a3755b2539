"""Where the people who run the market work. Moderators see listings alone; administrators see everything."""
