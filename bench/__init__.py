"""What the shop can do, beside what this machine can do, measured in the same run."""
