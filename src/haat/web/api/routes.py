"""Every endpoint of the API, below /api/v1."""

from haat.web.api import buying, categories, goods, processes, search, shops
from haat.web.routes import Endpoint

ENDPOINTS: list[Endpoint] = [
    *goods.ENDPOINTS,
    *categories.ENDPOINTS,
    *search.ENDPOINTS,
    *shops.ENDPOINTS,
    *buying.ENDPOINTS,
    *processes.ENDPOINTS,
]
