"""Who may sign in to the console, and what each of them may do. They are in ops.db, so that they are there when the shop is not."""
