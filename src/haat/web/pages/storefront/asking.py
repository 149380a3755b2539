"""Questions about a listing, on its page."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.catalogue.item import Item
from haat.market.questions.ask import answer, ask
from haat.market.questions.question import get_question, questions_about
from haat.web.http import Context, Response
from haat.web.pages.desk import View, attempt
from haat.web.routes import Page


def questions_view(ctx: Context, found: Item) -> View:
    """What was asked and answered, and whether this visitor can ask."""
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
    }


def ask_it(ctx: Context, id: int) -> Response:
    """POST /item/ID/questions."""
    text, me = ctx.form.get("question"), ctx.member.id
    done = ctx.gettext("Your question is there for everybody to read. You are told when it is answered.")
    return attempt(ctx, lambda: ctx.store.write(lambda tx: ask(tx, me, id, text)), done, f"/item/{ids.encode(id)}")


def answer_it(ctx: Context, id: int) -> Response:
    """POST /questions/ID/answer."""
    text, me = ctx.form.get("answer"), ctx.member.id
    back = f"/item/{ids.encode(get_question(ctx.store, id).listing_id)}"
    done = ctx.gettext("Your answer is there for everybody to read.")
    return attempt(ctx, lambda: ctx.store.write(lambda tx: answer(tx, me, id, text)), done, back)


PAGES = [
    Page("POST", "/item/{id:id}/questions", ask_it, needs="signed_in"),
    Page("POST", "/questions/{id:id}/answer", answer_it, needs="signed_in"),
]
