from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from haat.store.metadata import Id, metadata

carts = Table(
    "carts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("accounts.id"), unique=True),
    Column("secret_hash", LargeBinary(32), unique=True),  # of the cookie, while nobody is signed in
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("coupon", String(40)),
)

cart_lines = Table(
    "cart_lines",
    metadata,
    Column("cart_id", Id, ForeignKey("carts.id"), primary_key=True),
    Column("variant_id", Id, ForeignKey("variants.id"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column(
        "price_seen", BigInteger, nullable=False
    ),  # the unit price when it was put in, to tell the buyer of a change
    Column("added_at", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
    sqlite_with_rowid=False,
)

shipping_methods = Table(
    "shipping_methods",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shop_id", Id, ForeignKey("shops.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("countries", String(400), nullable=False),  # ISO codes separated by spaces; empty: everywhere
    Column("price", BigInteger, nullable=False),
    Column("free_from", BigInteger),
    Column("days_min", SmallInteger, nullable=False),
    Column("days_max", SmallInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("ended_at", BigInteger),
    Index(None, "shop_id", "position"),
    CheckConstraint("price >= 0", name="price"),
)

coupons = Table(
    "coupons",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("code", String(40), nullable=False, unique=True),  # upper case
    Column("shop_id", Id, ForeignKey("shops.id")),  # NULL: the market pays for it
    Column("basis_points", Integer),
    Column("amount", BigInteger),
    Column("least", BigInteger, nullable=False),  # goods of at least this much
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    Column("most_uses", Integer),
    Column("uses", Integer, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("currency", String(3)),  # NULL: the main currency of the market
    Column("most_off", BigInteger),  # the cap of a percentage
    Column("free_shipping", SmallInteger, nullable=False, server_default="0"),
    Column("category_id", Id),  # good for goods of this category and those below it
    Column("first_only", SmallInteger, nullable=False, server_default="0"),  # for a buyer's first order
    CheckConstraint(
        "CASE WHEN basis_points IS NULL THEN 0 ELSE 1 END + CASE WHEN amount IS NULL THEN 0 ELSE 1 END + free_shipping = 1",
        name="one_kind",
    ),
    CheckConstraint("most_off IS NULL OR basis_points IS NOT NULL", name="most_off"),
    CheckConstraint("most_uses IS NULL OR uses <= most_uses", name="uses"),
)

# One checkout: one payment, and one deal for each seller.
checkouts = Table(
    "checkouts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("key", String(80), nullable=False),  # the buyer's own: sent twice, it is one checkout
    Column("request_hash", LargeBinary(32), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("address", Text, nullable=False),  # JSON
    Column("coupon_id", Id, ForeignKey("coupons.id")),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "key"),
)

deals = Table(
    "deals",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("parent_id", Id, ForeignKey("deals.id")),  # the deal that this one is a part of
    Column("checkout_id", Id, ForeignKey("checkouts.id")),  # NULL: it was not begun by a checkout
    Column("listing_id", Id, ForeignKey("listings.id")),  # what it is about, where that is one thing
    Column("process", String(20), nullable=False),
    Column("process_version", Integer, nullable=False),
    Column("state", String(30), nullable=False),
    Column("state_since", BigInteger, nullable=False),
    Column("due_at", BigInteger),  # when the timer of this state moves the deal by itself
    Column("payment_id", Id, ForeignKey("payments.id")),  # the newest attempt to pay for it; NULL: nobody has tried
    Column("buyer_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("shop_id", Id, ForeignKey("shops.id"), nullable=False),
    Column("currency", String(3), nullable=False),
    # All frozen at sale. total = goods - discount + shipping + tax is what the buyer pays.
    Column("goods", BigInteger, nullable=False),
    Column("discount", BigInteger, nullable=False),
    Column("discount_by_market", BigInteger, nullable=False),  # the part of it that the market pays to the seller
    Column("shipping", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("commission", BigInteger, nullable=False),
    Column("commission_rate", Integer, nullable=False),  # basis points
    Column("refunded", BigInteger, nullable=False),  # asked for or done
    Column("shipping_name", String(80), nullable=False),
    Column("address", Text, nullable=False),  # JSON
    Column("created_at", BigInteger, nullable=False),
    Column("starts_at", BigInteger),  # when what it is about begins and ends: a hire, the day a stage is due
    Column("ends_at", BigInteger),
    Index(None, "buyer_id", "id"),
    Index(None, "shop_id", "state", "id"),
    Index(None, "shop_id", "id"),
    Index(None, "due_at"),
    Index(None, "checkout_id"),
    Index(None, "payment_id"),
    Index(None, "parent_id"),
    Index(None, "listing_id", "process", "state"),
    CheckConstraint("refunded >= 0 AND refunded <= total", name="refunded"),
    CheckConstraint("total = goods - discount + shipping + tax", name="total"),
)

deal_lines = Table(
    "deal_lines",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("deal_id", Id, ForeignKey("deals.id"), nullable=False),
    Column("listing_id", Id, ForeignKey("listings.id"), nullable=False),
    Column("variant_id", Id, ForeignKey("variants.id")),  # NULL: it is not taken from stock
    Column("title", String(200), nullable=False),
    Column("options", Text, nullable=False),
    Column("sku", String(80), nullable=False),
    Column("photo", String(64)),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),  # quantity * unit_price
    Column("discount", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("tax_rate", Integer, nullable=False, server_default="0"),  # basis points
    Index(None, "deal_id"),
    Index(None, "variant_id"),
)

# What happened to a deal, by whom and why. Never changed, never deleted.
deal_events = Table(
    "deal_events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("deal_id", Id, ForeignKey("deals.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("move", String(30), nullable=False),
    Column("from_state", String(30), nullable=False),
    Column("to_state", String(30), nullable=False),
    Column("by_role", String(10), nullable=False),  # buyer, seller, operator, clock, gateway, parent, rival
    Column("by_id", Id),
    Column("data", Text, nullable=False),  # JSON: what the move was given (parcel number, reason, amount)
    Index(None, "deal_id", "id"),
)
