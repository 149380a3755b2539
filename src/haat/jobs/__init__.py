"""Work for later, never lost: the outbox, the worker that empties it, the schedule, and the dead letters."""
