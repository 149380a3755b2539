"""What keeps the shop running. It knows nothing of the market, and works while the shop and its database are dead."""
