"""Single things that somebody parts with: posted by anybody, looked at where the market wants that, offered for, handed over by hand."""
