"""People write to each other about a listing."""
