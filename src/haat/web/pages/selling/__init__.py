"""Where sellers work: today's tasks, listings, orders, money, and the shop itself."""
