"""Every page of the shop."""

from haat.web.pages import agreement, messages, promoting, reports
from haat.web.pages.account.routes import PAGES as ACCOUNT
from haat.web.pages.admin.routes import PAGES as ADMIN
from haat.web.pages.articles.routes import PAGES as ARTICLES
from haat.web.pages.selling.routes import PAGES as SELLING
from haat.web.pages.storefront import (
    around,
    asking,
    bank,
    basket,
    bidding,
    browse,
    hiring,
    joining,
    near,
    paying,
    purchases,
)
from haat.web.routes import Page

PAGES: list[Page] = [
    *browse.PAGES,
    *near.PAGES,
    *basket.PAGES,
    *paying.PAGES,
    *hiring.PAGES,
    *bidding.PAGES,
    *asking.PAGES,
    *agreement.PAGES,
    *promoting.PAGES,
    *purchases.PAGES,
    *joining.PAGES,
    *around.PAGES,
    *bank.PAGES,
    *ARTICLES,
    *reports.PAGES,
    *messages.PAGES,
    *SELLING,
    *ACCOUNT,
    *ADMIN,
]
