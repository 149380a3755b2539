"""The settings of a stack: what they may be, where they come from, and what to say when one is wrong."""
