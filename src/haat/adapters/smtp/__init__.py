"""A mail server that speaks SMTP."""
