"""Words that every room speaks: ids, money, the clock, errors. Imports nothing of ours."""
