"""What of `haat backup` brings back what somebody removed or changed in the repository itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from haat.cli import codes
from haat.cli.command import Answer, Call
from haat.cli.output import paint, sign
from haat.cli.repository import MB, alone, named, shelf_of
from haat.kernel import ids
from haat.kernel.text import some


def mend(call: Call) -> Answer:
    """What is missing or damaged, or a whole set, comes back from an older version of it, if the bucket has one that can be trusted."""
    from haat.cli.memory import put_on_record
    from haat.cli.progress import progress
    from haat.ops.backups import mend as mending
    from haat.ops.backups import owner
    from haat.ops.backups.repository import key_of
    from haat.ops.backups.verify import examine

    settings = call.app.settings
    with alone(call, "mending backups"):
        vault, header = mending.opened(shelf_of(call), lambda: key_of(settings))
        owner.refuse_other(vault, call.data, if_known=True)  # What cannot be read comes back by this.
        if call.args.set:
            with progress("versions", is_silent=call.args.json) as tell:
                planned = mending.plan_for(vault, named(call, "haat backup list --removed"), tell)
        else:
            with progress("pieces", is_silent=call.args.json) as tell:
                found = examine(vault, tell)
            with progress("versions", is_silent=call.args.json) as tell:
                planned = mending.plan(vault, found, settings.backup.keep, tell)
        names = [one.name for one in [*filter(None, [header]), *planned.back]]
        if names and not call.args.dry_run:
            put_on_record(call, f"put back {some(names)} in the repository of backups, from older versions")
            with progress("contents", is_silent=call.args.json) as tell:
                mending.mend(vault, header, planned, tell)
    back = [*map(ids.encode, planned.sets)]
    data = {"back": names, "bytes": planned.bytes, "sets": back, "lost": [*planned.lost], "done": not call.args.dry_run}
    return Answer(data, "\n".join(_told(call, data)), codes.NOT_SO if planned.lost else codes.DONE)


def _told(call: Call, data: dict[str, Any]) -> Iterator[str]:
    would = call.args.dry_run
    yield from (f"{sign('failed')}  {name}: no version of it can be trusted" for name in data["lost"])
    if not data["back"]:
        yield "Nothing can be put back." if data["lost"] else f"{sign('ok')}  nothing has to be put back"
        return
    verb = "would be" if would else "were"
    yield f"{len(data['back']):,} contents with {data['bytes'] / MB:,.1f} MB {verb} put back from older versions, each opened first."
    for name in data["sets"]:
        yield f"Set {paint(name, 'accent')} {'would come' if would else 'came'} back. `haat backup prove {name}` says whether it restores."
    if not would:
        yield "`haat backup verify` reads all of it again."
