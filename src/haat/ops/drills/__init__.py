"""Drills: a fault, the procedure that answers it, and clients who say what it cost them."""
