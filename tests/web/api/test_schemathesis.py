"""Whatever a program sends, the API answers as its own document says: thousands of requests, made from that document."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events

from tests.support.browser import Browser
from tests.support.members import administrator
from tests.support.stack import Stack
from tests.web.api.acts import buy, got, made, offer, open_shop

EXAMPLES = 5  # of each kind, for each endpoint: some 2,700 requests
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)


class Survey(NamedTuple):
    """What came of it: how often each status was answered, and what was wrong, once for each kind."""

    statuses: Counter[int]
    problems: list[str]


@pytest.fixture
def program(stack: Stack) -> Iterator[Browser]:
    """An administrator who has a shop with goods and a sale, in a market where others trade too."""
    logging.disable(logging.CRITICAL)
    admin = stack.program(administrator(stack.app.store))
    made(admin, "/shop", name="Clay and Co", country="AT")
    made(admin, "/shop/shipping-methods", name="Parcel", price=500, days_min=1, days_max=3)
    mugs = made(admin, "/market/categories", name="Mugs")["id"]
    goods = [offer(seller, mugs, pieces=100) for seller in (admin, open_shop(stack, "Cleo"))]
    buyer = stack.program(stack.world.account())
    for number, listing in enumerate(goods):
        buy(buyer, listing, key=f"order-key-{number}")
    yield admin
    logging.disable(logging.NOTSET)


def test_every_answer_is_as_the_document_says_and_none_is_a_server_error(stack: Stack, program: Browser) -> None:
    survey = run(stack, program)
    assert survey.problems == []
    assert got(program, "/account")["roles"] == ["administrator"], "the survey has locked itself out"
    assert sum(survey.statuses.values()) > 2000
    assert {200, 201, 204, 404, 409, 415, 422} <= survey.statuses.keys()
    stack.work()
    assert stack.lies() == {}


def run(stack: Stack, program: Browser) -> Survey:
    """Send requests until the document is exhausted."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", stack.application, config=config(program))
    for path in schema.raw_schema["paths"].values():
        for operation in path.values():
            del operation["responses"]["default"]  # so that each status has to be told by name
    # Whoever revokes the token or the role that they come with is out; both have tests of their own.
    schema = schema.exclude(method="DELETE", path="/api/v1/tokens/{id}")
    schema = schema.exclude(method="DELETE", path="/api/v1/market/accounts/{id}/roles/{role}")
    survey = Survey(Counter(), [])
    for event in engine.from_schema(schema).execute():
        note(survey, event)
    return survey


def config(program: Browser) -> SchemathesisConfig:
    """The same requests each time."""
    settings: dict[str, Any] = {
        "headers": {"Authorization": program.headers["Authorization"], "Accept-Encoding": "identity"},
        "generation": {
            "max-examples": EXAMPLES,
            "deterministic": True,
            "no-shrink": True,
            "with-security-parameters": False,
        },
        "checks": {"enabled": False}
        | {name: {"enabled": True} for name in CHECKS}
        | {"negative_data_rejection": {"enabled": True, "expected-statuses": ["4XX"]}},
        "seed": 1,
    }
    return SchemathesisConfig.from_dict(settings)


def note(survey: Survey, event: events.EngineEvent) -> None:
    if isinstance(event, events.NonFatalError | events.FatalError):
        survey.problems.append(str(getattr(event, "value", event)))
    if not isinstance(event, events.ScenarioFinished):
        return
    answers = (interaction.response for interaction in event.recorder.interactions.values())
    survey.statuses.update(answer.status_code for answer in answers if answer is not None)
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                request = event.recorder.cases[case_id].value
                said = f"{request.method} {request.formatted_path} {request.query} {request.body}"
                survey.problems.append(f"{said[:500]}: {sentence(check.failure_info.failure)}")


def sentence(failure: Failure) -> str:
    return f"{failure.title}: {failure.message}"[:500]
