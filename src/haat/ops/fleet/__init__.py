"""The services of the shop that run: web, worker, console, keeper and shipper."""
