"""Goods to look at: what stands in a new shop until its own goods come. Written and drawn for Haat."""
