"""Every endpoint of the API, below /api/v1."""

from haat.web.api import (
    account,
    buying,
    categories,
    goods,
    joining,
    moderation,
    money,
    own_listings,
    own_photos,
    own_shop,
    own_variants,
    people,
    processes,
    running,
    sales,
    search,
    shops,
    upkeep,
)
from haat.web.routes import Endpoint

ENDPOINTS: list[Endpoint] = [
    *goods.ENDPOINTS,
    *categories.ENDPOINTS,
    *search.ENDPOINTS,
    *shops.ENDPOINTS,
    *processes.ENDPOINTS,
    *joining.ENDPOINTS,
    *account.ENDPOINTS,
    *buying.ENDPOINTS,
    *own_shop.ENDPOINTS,
    *own_listings.ENDPOINTS,
    *own_variants.ENDPOINTS,
    *own_photos.ENDPOINTS,
    *sales.ENDPOINTS,
    *money.ENDPOINTS,
    *people.ENDPOINTS,
    *moderation.ENDPOINTS,
    *running.ENDPOINTS,
    *upkeep.ENDPOINTS,
]
