"""Listings that stand out for some days because their owners pay the market for it."""
