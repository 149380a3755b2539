"""Finding things: full text of the database itself, kept in the transaction of every change, so that results are right at once.

`index(tx, listing_id)` is what the catalogue is given to tell; `Search.find` and `Search.suggest` answer people.
"""
