"""A draft on its way into a shop: the transaction it comes in, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from haat.kernel.errors import HaatError, Invalid
from haat.market.catalogue.importing.found import Draft, Lost, Note, Problem, shown
from haat.market.catalogue.importing.report import Outcome
from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.photos import Picture
from haat.store import Tx


@dataclass
class Bringing:
    """One draft being brought in. `kept` are the pictures at hand by their source; `header_of` says what the file calls a field."""

    tx: Tx
    catalogue: Catalogue
    shop_id: int
    draft: Draft
    kept: Mapping[str, Picture]
    header_of: Callable[[str], str]
    outcome: Outcome = "unchanged"
    variants: list[Outcome] = field(default_factory=list)
    found: list[Problem | Note] = field(default_factory=list)

    def changed(self) -> None:
        """Say that something of a listing that was there is different now."""
        if self.outcome == "unchanged":
            self.outcome = "updated"

    def problem(self, line: int, field: str, value: object, reason: str, try_: str, lost: Lost) -> None:
        """Say what of the draft was not taken."""
        self.found.append(Problem(line, self.header_of(field), shown(str(value)), reason, try_, lost))

    def refusal(self, error: HaatError) -> ProductRefused:
        """The error as the reason why the whole product is not taken."""
        fields = error.fields if isinstance(error, Invalid) else {}
        column = self.header_of(_FIELDS.get(next(iter(fields), ""), "handle"))
        reason = " ".join(fields.values()) or " ".join(filter(None, (error.what, error.why)))
        hint = error.try_ or "Correct the row and import the file again."
        return ProductRefused(Problem(self.draft.line, column, shown(self.draft.handle), reason, hint, "product"))


class ProductRefused(Exception):
    """The draft cannot be brought in. Nothing of it may stay: the transaction has to be rolled back."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


_FIELDS = {"title": "title", "description": "description", "sku": "sku", "options": "option1_value", "price": "price"}
