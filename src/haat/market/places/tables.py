from sqlalchemy import Column, Double, ForeignKey, Index, Integer, String, Table

from haat.store.metadata import Id, metadata

# The town that a listing is in. x, y and z are the point on a sphere of radius 1: how far two are apart is then plain arithmetic, which
# every database can do.
listing_places = Table(
    "listing_places",
    metadata,
    Column("listing_id", Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False),
    Column("city_id", Integer, nullable=False),  # by GeoNames
    Column("name", String(200), nullable=False),
    Column("country", String(2), nullable=False),
    Column("lat", Double, nullable=False),
    Column("lon", Double, nullable=False),
    Column("x", Double, nullable=False),
    Column("y", Double, nullable=False),
    Column("z", Double, nullable=False),
    Index(None, "lat", "lon"),
)
