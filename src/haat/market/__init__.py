"""The shop. Knows nothing of operations, of pages, or of any vendor."""
