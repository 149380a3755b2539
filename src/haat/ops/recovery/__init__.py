"""What to do when the database, the machine, or a photo is lost: each proves what it brings back before anybody relies on it."""
