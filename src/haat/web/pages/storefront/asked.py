"""What was asked about a listing, for its page."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.catalogue.item import Item
from haat.market.questions.question import questions_about
from haat.web.http import Context
from haat.web.pages.desk import View


def questions_view(ctx: Context, found: Item) -> View:
    """What was asked and answered, and whether this visitor can ask. Nothing is typed yet."""
    is_mine = ctx.me is not None and ctx.me.shop_id == found.shop_id
    return {
        "questions": [
            {
                "id": ids.encode(one.id),
                "asker": one.asker,
                "asked_at": one.asked_at,
                "question": one.question,
                "answer": one.answer or "",
                "answered_at": one.answered_at,
                "can_answer": is_mine and one.answer is None,
            }
            for one in questions_about(ctx.store, found.id)
        ],
        "can_ask": found.state == "active" and not is_mine,
        "question_typed": {},
        "question_errors": {},
    }
