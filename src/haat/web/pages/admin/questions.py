"""What people ask about listings, newest first: what breaks the rules is removed with a reason, which who asked it reads."""

from __future__ import annotations

from haat.kernel import ids
from haat.market.questions.ask import remove
from haat.market.questions.question import Question, newest_questions
from haat.web.http import Context, Response, redirect
from haat.web.pages.admin.room import admin_page
from haat.web.pages.desk import PAGE, TOLD, View, before, part, wrong
from haat.web.routes import Page


def show_all(ctx: Context) -> Response:
    """GET /admin/questions."""
    return _page(ctx, before(ctx), {})


def remove_it(ctx: Context, id: int) -> Response:
    """POST /admin/questions/ID/remove. What was typed is kept beside what is wrong with it, on a page that begins with the question."""
    why, by = ctx.form.get("why"), ctx.member.id
    try:
        ctx.store.write(lambda tx: remove(tx, by, id, why))
    except TOLD as error:
        return _page(ctx, id + 1, {"id": ids.encode(id), "why": why, "errors": wrong(ctx, error)}, status=422)
    ctx.flash(ctx.gettext("The question is removed, and who asked it is told why."))
    return redirect("/admin/questions")


def _page(ctx: Context, before_id: int | None, tried: View, status: int = 200) -> Response:
    rows = newest_questions(ctx.store, before=before_id, most=PAGE + 1)
    found = part(ctx, rows, "/admin/questions", lambda row: int(row.id))
    return admin_page(
        ctx,
        "admin/questions.html",
        "questions",
        status=status,
        tried=tried,
        questions=[_row(row) for row in found.rows],
        newer=found.newer,
        older=found.older,
    )


def _row(row: Question) -> View:
    return {
        "id": ids.encode(row.id),
        "listing": row.listing,
        "href": f"/item/{ids.encode(row.listing_id)}/{row.handle}",
        "asker": row.asker,
        "asked_at": row.asked_at,
        "question": row.question,
        "answer": row.answer or "",
        "removed_why": row.removed_why or "",
    }


PAGES = [
    Page("GET", "/admin/questions", show_all, needs="moderator"),
    Page("POST", "/admin/questions/{id:id}/remove", remove_it, needs="moderator"),
]
