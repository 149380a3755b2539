"""Every table there is: importing this module fills the shared metadata, which migrations are checked against."""

from haat.jobs import tables as jobs
from haat.market.accounts import tables as accounts
from haat.market.catalogue import tables as catalogue
from haat.market.classifieds import tables as classifieds
from haat.market.deals import tables as deals
from haat.market.documents import tables as documents
from haat.market.handwork import tables as handwork
from haat.market.hire import tables as hire
from haat.market.messages import tables as messages
from haat.market.moderation import tables as moderation
from haat.market.notices import tables as notices
from haat.market.payments import tables as payments
from haat.market.places import tables as places
from haat.market.questions import tables as questions
from haat.market.search import tables as search
from haat.store.metadata import metadata

__all__ = [
    "accounts",
    "catalogue",
    "classifieds",
    "deals",
    "documents",
    "handwork",
    "hire",
    "jobs",
    "messages",
    "metadata",
    "moderation",
    "notices",
    "payments",
    "places",
    "questions",
    "search",
]
