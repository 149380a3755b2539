"""Where members see to their account: who they are, where they are signed in, and which programs act for them."""
