"""What is for sale: categories and their attributes, listings with variants, photos and stock.

A use case is a function of the transaction it runs in (`publish(tx, catalogue, …)`): whoever calls decides with
`store.write(lambda tx: …)` what is done together or not at all, so saving a form, its variants and its photos is one unit.
Sellers act for a shop: what belongs to another is not there. Who may moderate, and who may change categories, is asked at the door.
"""
