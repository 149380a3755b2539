"""`haat listings`: catalogues from files and into files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from haat.cli.codes import DONE, NOT_SO
from haat.cli.command import Answer, Call, Command
from haat.cli.output import paint, print_line, table
from haat.cli.progress import progress
from haat.kernel.errors import NotFound

if TYPE_CHECKING:
    from haat.app import App
    from haat.market.catalogue.importing.found import Problem
    from haat.market.catalogue.importing.pictures import PictureFolder
    from haat.market.catalogue.importing.reading import Reading
    from haat.market.catalogue.importing.report import Remark, Report


def _import(call: Call) -> Answer:
    import msgspec

    from haat.market.accounts.shop import get_shop
    from haat.market.catalogue.importing.reading import look_over
    from haat.market.catalogue.importing.run import import_listings

    app, args = call.stack, call.args
    shop_id = _shop_of(app, args.seller)
    pictures = _pictures(app, args.photos)
    currency = get_shop(app.store, shop_id).currency or app.catalogue.currency
    file = look_over(args.file, currency)
    if not args.json:
        print_line(_reading(args.file, file.reading))
    with progress("rows", file.reading.rows, is_silent=args.json) as on_rows:
        report = import_listings(
            app.store,
            app.catalogue,
            shop_id,
            file,
            is_rehearsal=args.dry_run,
            pictures=pictures,
            on_rows=on_rows,
        )
    return Answer(msgspec.to_builtins(report), _outcome(report), NOT_SO if report.problems_in_all else DONE)


def _export(call: Call) -> Answer | None:
    from haat.market.catalogue.exporting import export_listings

    app, path = call.stack, call.args.file
    lines = export_listings(app.store, app.catalogue.categories, _shop_of(app, call.args.seller))
    if str(path) == "-":
        for line in lines:
            sys.stdout.write(line)
        return None
    rows = _write(path, lines) - 1
    return Answer({"file": str(path), "rows": rows}, f"{path} has {rows:,} rows now, a header above them.")


def _shop_of(app: App, email: str) -> int:
    from haat.market.accounts import account
    from haat.market.accounts.shop import shop_of

    seller = account.find(app.store, email)
    if seller is None:
        raise NotFound(f"Nobody signs in as {email}.", try_="Name the address with which the seller signs in.")
    shop = shop_of(app.store, seller.id)
    if shop is None:
        raise NotFound(
            f"{email} has no shop.", why="Listings belong to a shop.", try_="Open a shop as that account first."
        )
    return shop.id


def _pictures(app: App, folder: Path | None) -> PictureFolder | None:
    if folder is None:
        return None
    from haat.market.catalogue.importing.pictures import PictureFolder

    return PictureFolder(folder, lambda path: app.pictures.put(path.read_bytes()))


def _write(path: Path, lines: Iterator[str]) -> int:
    """All of it or nothing; returns how many lines."""
    draft = path.with_name(f".{path.name}.part")
    count = 0
    with draft.open("w", encoding="utf-8", newline="") as file:
        for line in lines:
            file.write(line)
            count += 1
    draft.replace(path)
    return count


def _reading(path: Path, reading: Reading) -> str:
    seen = [
        ("file", str(path)),
        ("format", f"{reading.format_title}, because {reading.format_why}"),
        ("encoding", f"{reading.encoding}, because {reading.encoding_why}"),
        ("cells", f"with a {reading.delimiter} between them"),
        ("rows", f"{reading.rows:,} of {reading.products:,} products"),
    ]
    columns = [
        (f"{column.number}", column.header or "(blank)", column.use or paint("–", "quiet"), paint(column.why, "quiet"))
        for column in reading.columns
    ]
    return "\n".join(
        [table([(paint(label, "quiet"), text) for label, text in seen]), "", table(columns, right=(0,)), ""]
    )


def _outcome(report: Report) -> str:
    parts = [*_problems(report), *_remarks(report), *_counts(report)]
    if report.is_rehearsal:
        parts += ["", "This was a rehearsal: nothing was kept."]
    return "\n".join(parts)


def _problems(report: Report) -> Iterator[str]:
    if not report.problems:
        return
    number = report.problems_in_all
    yield paint(f"{number:,} {'problem' if number == 1 else 'problems'}", "bad")
    for problem in report.problems:
        yield _problem(problem)
    if number > len(report.problems):
        yield f"  … and {number - len(report.problems):,} more."
    yield ""


def _problem(problem: Problem) -> str:
    value = f"“{problem.value}”: " if problem.value else ""
    where = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
    return table([(where, f"{value}{problem.reason} {problem.try_} ({_LOST[problem.lost]})")], indent=2)


def _remarks(report: Report) -> Iterator[str]:
    for remark in report.remarks:
        about = f"{remark.about[:1].upper()}{remark.about[1:]}"
        yield table([(paint("note", "warning"), f"{about}: {_lines(remark)}.")])
    if report.remarks:
        yield ""


def _lines(remark: Remark) -> str:
    if remark.lines == 1:
        return f"line {remark.first[0]}"
    first = ", ".join(map(str, remark.first))
    rest = f" and {remark.lines - len(remark.first):,} more" if remark.lines > len(remark.first) else ""
    return f"lines {first}{rest}"


def _counts(report: Report) -> Iterator[str]:
    heads = ("", "created", "updated", "unchanged", "refused")
    rows = [
        (name, f"{counts.created:,}", f"{counts.updated:,}", f"{counts.unchanged:,}", f"{counts.refused:,}", "")
        for name, counts in (("listings", report.listings), ("variants", report.variants))
    ]
    yield table([(*heads, ""), *rows], right=(1, 2, 3, 4))
    if report.pictures_kept:
        yield "1 picture was kept." if report.pictures_kept == 1 else f"{report.pictures_kept:,} pictures were kept."


_LOST = {
    "file": "the file is left out",
    "product": "the product is left out",
    "variant": "the variant is left out",
    "row": "the row is left out",
    "value": "the value is left out",
}


_PROBLEM = (
    '{"line": 17, "column": "price", "value": "free", "reason": "This is not a price.", "try": "…", "lost": "variant"}'
)

COMMANDS = {
    "import": Command(
        _import,
        shape='{"reading": {"format": "spree", "encoding": "utf-8", "delimiter": "comma", "columns": [], "rows": 211, "products": 37}, '
        '"is_rehearsal": false, "listings": {"created": 37, "updated": 0, "unchanged": 0, "refused": 0}, '
        '"variants": {"created": 87, "updated": 0, "unchanged": 0, "refused": 0}, "pictures_kept": 0, '
        f'"problems": [{_PROBLEM}], "problems_in_all": 1, '
        '"remarks": [{"about": "zero bytes were taken out", "lines": 1, "first": [9], "example": ""}], "milliseconds": 182}',
    ),
    "export": Command(_export, shape='{"file": "catalogue.csv", "rows": 87}'),
}
