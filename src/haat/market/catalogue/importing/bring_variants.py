"""The variants of a draft: new ones are added, those with a known SKU are changed where they differ, and their pieces are counted."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, update

from haat.market.catalogue.change_variants import add_variant
from haat.market.catalogue.importing.bringing import Bringing
from haat.market.catalogue.importing.found import DraftVariant
from haat.market.catalogue.importing.known import KnownVariant, title_with_sku
from haat.market.catalogue.importing.report import Outcome
from haat.market.catalogue.restock import recount
from haat.market.catalogue.tables import variants
from haat.market.catalogue.variant import Options, VariantText, refuse_if_unlike, tidy


class _Pair(NamedTuple):
    """What the file says of a variant, and the variant it speaks of if there is one."""

    draft: DraftVariant
    known: KnownVariant | None

    @property
    def is_on_offer(self) -> bool:
        return self.known is not None and not self.known.is_retired


def bring_variants(bringing: Bringing, listing_id: int, known: list[KnownVariant]) -> dict[str, int]:
    """Returns the ids by the SKUs of the draft. Raises Invalid when the variants would not be told apart."""
    pairs = [_Pair(draft, _speaks_of(draft, known)) for draft in bringing.draft.variants]
    pairs = [pair for pair in pairs if _is_ours(bringing, listing_id, pair)]
    _refuse_if_mixed_up(known, pairs)
    changed = {pair.draft.sku: _change(bringing, pair) for pair in pairs if pair.is_on_offer}
    added = {pair.draft.sku: _add(bringing, listing_id, pair.draft) for pair in pairs if not pair.is_on_offer}
    return changed | added


def _speaks_of(draft: DraftVariant, known: list[KnownVariant]) -> KnownVariant | None:
    by_sku = {variant.sku.casefold(): variant for variant in known}
    if found := by_sku.get(draft.sku.casefold()):
        return found
    if not draft.is_sku_made_up:
        return None
    offered = (variant for variant in known if not variant.is_retired)
    return next((variant for variant in offered if _folded(variant.options) == _folded(draft.options)), None)


def _is_ours(bringing: Bringing, listing_id: int, pair: _Pair) -> bool:
    if pair.known is not None:
        return True
    draft = pair.draft
    title = title_with_sku(bringing.tx, bringing.shop_id, draft.sku, besides=listing_id)
    if title is None:
        return True
    reason = f"Another listing of the shop, “{title}”, has this SKU."
    bringing.problem(draft.line, "sku", draft.sku, reason, "Give each variant a SKU of its own.", "variant")
    return False


def _refuse_if_mixed_up(known: list[KnownVariant], pairs: list[_Pair]) -> None:
    """Look at the options as they will be: one by one, variants that swap theirs would stand in each other's way."""
    options = {variant.id: variant.options for variant in known if not variant.is_retired}
    told = {pair.known.id: pair.draft.options for pair in pairs if pair.known and not pair.known.is_retired}
    if all(options[id_] == new for id_, new in told.items()):
        return
    checked: list[Options] = []
    for one in (options | told).values():
        refuse_if_unlike(one, checked)
        checked.append(one)


def _change(bringing: Bringing, pair: _Pair) -> int:
    draft, known = pair.draft, pair.known
    assert known is not None
    wanted = VariantText(draft.price, draft.options, known.sku, _compare_at(draft, known))
    text = tidy(wanted, bringing.catalogue.currency)
    is_other = (text.price, text.options, text.compare_at) != (known.price, known.options, known.compare_at)
    if is_other:
        shown = msgspec.json.encode(text.options).decode()
        values = {"new_options": shown, "new_price": text.price, "new_compare_at": text.compare_at}
        bringing.tx.run(_CHANGE, variant=known.id, shop=bringing.shop_id, **values)
    outcome: Outcome = "updated" if _count(bringing, draft, known) or is_other else "unchanged"
    if outcome == "updated":
        bringing.changed()
    bringing.variants.append(outcome)
    return known.id


def _compare_at(draft: DraftVariant, known: KnownVariant | None) -> int | None:
    compare_at = draft.compare_at if draft.compare_at is not None or known is None else known.compare_at
    return compare_at if compare_at and compare_at > draft.price else None


def _count(bringing: Bringing, draft: DraftVariant, known: KnownVariant) -> bool:
    """Set the pieces on the shelf; True when there were others. Never below what is promised."""
    if draft.stock is None or draft.stock == known.on_hand:
        return False
    if draft.stock < known.promised:
        reason = f"{known.promised} pieces are promised or sold and not sent yet; the stock stays at {known.on_hand}."
        hint = "Count the pieces on the shelf with those that are still to be sent."
        bringing.problem(draft.line, "stock", draft.stock, reason, hint, "value")
        return False
    recount(bringing.tx, bringing.catalogue, bringing.shop_id, known.id, draft.stock)
    return True


def _add(bringing: Bringing, listing_id: int, draft: DraftVariant) -> int:
    text = VariantText(draft.price, draft.options, draft.sku, _compare_at(draft, None))
    variant_id = add_variant(bringing.tx, bringing.catalogue, bringing.shop_id, listing_id, text, draft.stock or 0)
    bringing.variants.append("created")
    bringing.changed()
    return variant_id


def _folded(options: Options) -> list[tuple[str, str]]:
    return [(name.casefold(), value.casefold()) for name, value in options]


_CHANGE = (
    update(variants)
    .where(
        variants.c.id == bindparam("variant"), variants.c.shop_id == bindparam("shop"), variants.c.retired_at.is_(None)
    )
    .values(options=bindparam("new_options"), price=bindparam("new_price"), compare_at=bindparam("new_compare_at"))
)
