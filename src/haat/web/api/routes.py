"""Every endpoint of the API, below /api/v1."""

from haat.web.api import buying, goods
from haat.web.routes import Endpoint

ENDPOINTS: list[Endpoint] = [*goods.ENDPOINTS, *buying.ENDPOINTS]
