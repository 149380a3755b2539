"""Every page of this room."""

from haat.web.pages.selling import coupons, editor, equipment, jobs, listings, money, orders, shop, today, ways
from haat.web.routes import Page

PAGES: list[Page] = [
    *today.PAGES,
    *orders.PAGES,
    *listings.PAGES,
    *editor.PAGES,
    *equipment.PAGES,
    *jobs.PAGES,
    *money.PAGES,
    *coupons.PAGES,
    *ways.PAGES,
    *shop.PAGES,
]
