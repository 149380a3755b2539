"""The operators' console: pages of its own, on a port of its own, which work while the shop, its database and its cache are dead."""
