"""What the parts of a stack wrote down. It reads their files alone, and so works while everything else is dead."""
