"""The pages of the shop, one file a noun, and the table of their routes."""
