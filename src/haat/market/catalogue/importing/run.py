"""Import a catalogue file into a shop, a few products at a time; running it again changes only what is different."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from haat.kernel.errors import HaatError
from haat.market.catalogue.importing.bring_in import bring_in
from haat.market.catalogue.importing.bringing import Bringing, ProductRefused
from haat.market.catalogue.importing.found import Draft, Found, Note, Problem, shown
from haat.market.catalogue.importing.known import known_listing
from haat.market.catalogue.importing.pictures import PictureFolder
from haat.market.catalogue.importing.reading import CatalogueFile
from haat.market.catalogue.importing.report import Report
from haat.market.catalogue.listing import Catalogue
from haat.market.catalogue.photos import Picture
from haat.store import Store, Tx

# Products in one unit of work: few enough for buyers who write meanwhile, and for a bar that moves while pictures are made.
TOGETHER = 50
TOGETHER_WITH_PICTURES = 5


def import_listings(
    store: Store,
    catalogue: Catalogue,
    shop_id: int,
    file: CatalogueFile,
    *,
    is_rehearsal: bool = False,
    pictures: PictureFolder | None = None,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> Report:
    """Bring every good product of the file into the shop. A rehearsal does all of it and keeps nothing.

    Good products go in together, a bad one goes alone: whatever happens, each is in the shop whole or not at all.
    `on_rows` is told how many rows are done.
    """
    began = time.monotonic_ns()
    report = Report(file.reading, is_rehearsal)
    importing = _Importing(store, catalogue, shop_id, file, is_rehearsal, pictures, report)
    together = TOGETHER if pictures is None else TOGETHER_WITH_PICTURES
    drafts: list[Draft] = []
    for found in file.read():
        if isinstance(found, Draft):
            drafts.append(found)
        else:
            importing.take_down(found)
        if len(drafts) == together:
            importing.bring(drafts)
            drafts.clear()
            on_rows(file.rows_read)
    importing.bring(drafts)
    on_rows(file.rows_read)
    report.milliseconds = (time.monotonic_ns() - began) // 1_000_000
    return report


@dataclass(frozen=True)
class _Importing:
    store: Store
    catalogue: Catalogue
    shop_id: int
    file: CatalogueFile
    is_rehearsal: bool
    pictures: PictureFolder | None
    report: Report

    def take_down(self, found: Found) -> None:
        if isinstance(found, Problem):
            self.report.problem(found)
        elif isinstance(found, Note):
            self.report.note(found)

    def bring(self, drafts: list[Draft]) -> None:
        kept = [self._pictures(draft) for draft in drafts]
        try:
            for brought in self._together(drafts, kept):
                self._take_over(brought)
        except ProductRefused:
            for draft, pictures in zip(drafts, kept, strict=True):
                self._alone(draft, pictures)

    def _alone(self, draft: Draft, kept: Mapping[str, Picture]) -> None:
        try:
            (brought,) = self._together([draft], [kept])
        except ProductRefused as refused:
            self.report.problem(refused.problem)
        else:
            self._take_over(brought)

    def _together(self, drafts: list[Draft], kept: Sequence[Mapping[str, Picture]]) -> list[Bringing]:
        def work(tx: Tx) -> list[Bringing]:
            brought = [
                bring_in(tx, self.catalogue, self.shop_id, draft, pictures, self.file.header_of)
                for draft, pictures in zip(drafts, kept, strict=True)
            ]
            if self.is_rehearsal:
                raise _Rehearsed(brought)
            return brought

        try:
            return self.store.write(work)
        except _Rehearsed as rehearsed:
            return rehearsed.brought

    def _take_over(self, brought: Bringing) -> None:
        self.report.listings.add(brought.outcome)
        for outcome in brought.variants:
            self.report.variants.add(outcome)
        for found in brought.found:
            self.take_down(found)

    def _pictures(self, draft: Draft) -> dict[str, Picture]:
        """The pictures of a draft that lie in the folder and are not shown yet, kept."""
        if self.pictures is None or not draft.pictures or self.is_rehearsal:
            return {}
        known = known_listing(self.store, self.shop_id, draft.handle)
        there = {photo.source for photo in known.photos if photo.sha} if known else set()
        found: dict[str, Picture] = {}
        for picture in draft.pictures:
            if picture.source not in there and (kept := self._keep(draft, picture.source)):
                found[picture.source] = kept
        self.report.pictures_kept += len(found)
        return found

    def _keep(self, draft: Draft, source: str) -> Picture | None:
        assert self.pictures is not None
        try:
            return self.pictures.keep(source)
        except HaatError as error:
            reason = " ".join(filter(None, (error.what, error.why)))
            column = self.file.header_of("image1")
            self.report.problem(Problem(draft.line, column, shown(source), reason, error.try_, "value"))
            return None


class _Rehearsed(Exception):
    """Raised at the end of a rehearsal, so that the store rolls back what was tried."""

    def __init__(self, brought: list[Bringing]) -> None:
        super().__init__("rehearsed")
        self.brought = brought
