"""Work that a customer asks for and craftspeople bid on: the job, its bids, the milestones that follow, and what is changed about them."""
