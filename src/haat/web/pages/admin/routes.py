"""Every page of this room."""

from haat.web.pages.admin import (
    accounts,
    articles,
    categories,
    coupons,
    documents,
    listings,
    orders,
    outbox,
    payouts,
    processes,
    questions,
    reconciliation,
    reports,
    settings,
    today,
    truth,
    work,
)
from haat.web.routes import Page

PAGES: list[Page] = [
    *today.PAGES,
    *orders.PAGES,
    *listings.PAGES,
    *questions.PAGES,
    *articles.PAGES,
    *reports.PAGES,
    *accounts.PAGES,
    *categories.PAGES,
    *coupons.PAGES,
    *payouts.PAGES,
    *documents.PAGES,
    *reconciliation.PAGES,
    *outbox.PAGES,
    *work.PAGES,
    *truth.PAGES,
    *processes.PAGES,
    *settings.PAGES,
]
