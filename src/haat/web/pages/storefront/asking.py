"""Ask about a listing and answer, on its page. What is refused comes back with what was typed."""

from __future__ import annotations

from collections.abc import Callable

from haat.kernel import ids
from haat.market.questions.ask import answer, ask
from haat.market.questions.question import get_question
from haat.store import Tx
from haat.web.http import Context, Response, redirect
from haat.web.pages.desk import TOLD, wrong
from haat.web.pages.storefront.browse import item_page, visible
from haat.web.routes import Page


def ask_it(ctx: Context, id: int) -> Response:
    """POST /item/ID/questions."""
    text, me = ctx.form.get("question"), ctx.member.id
    done = ctx.gettext("Your question is there for everybody to read. You are told when it is answered.")
    return _write(ctx, id, lambda tx: ask(tx, me, id, text), done, "question", text)


def answer_it(ctx: Context, id: int) -> Response:
    """POST /questions/ID/answer."""
    text, me = ctx.form.get("answer"), ctx.member.id
    listing_id = get_question(ctx.store, id).listing_id
    done = ctx.gettext("Your answer is there for everybody to read.")
    return _write(ctx, listing_id, lambda tx: answer(tx, me, id, text), done, f"answer-{ids.encode(id)}", text)


def _write(
    ctx: Context, listing_id: int, use_case: Callable[[Tx], object], done: str, field: str, text: str
) -> Response:
    """Write it down, and go back to the listing; `field` is where its page has what was typed."""
    try:
        ctx.store.write(use_case)
    except TOLD as error:
        problem = " ".join(wrong(ctx, error).values())
        again = {"question_typed": {field: text}, "question_errors": {field: problem}}
        return item_page(ctx, visible(ctx, listing_id), status=422, **again)
    ctx.flash(done)
    return redirect(f"/item/{ids.encode(listing_id)}")


PAGES = [
    Page("POST", "/item/{id:id}/questions", ask_it, needs="signed_in"),
    Page("POST", "/questions/{id:id}/answer", answer_it, needs="signed_in"),
]
