"""What was removed or changed in a bucket that keeps versions comes back, each version opened first."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.buckets import HASTY, Bucket, Wire, own_swift, own_versions, why_no_swift

from haat.adapters.files.shelf import FolderShelf
from haat.adapters.s3.shelf import S3Shelf
from haat.kernel import clock, faults
from haat.kernel.errors import NotFound, Refused, Unavailable
from haat.kernel.ids import encode
from haat.ops.backups import findings, log, mend, prune, sets, versions
from haat.ops.backups.findings import Reading
from haat.ops.backups.log import Mark, Stretch
from haat.ops.backups.manifest import File, Manifest, Part
from haat.ops.backups.mend import Mending
from haat.ops.backups.prune import Kept
from haat.ops.backups.shelf import NotKept
from haat.ops.backups.vault import HEADER, Key, Vault, create, open_vault
from haat.ops.backups.verify import Verdict, examine, removed, verify

KEY = Key(b"k" * 32)
KEEP = 3


@pytest.fixture(scope="module", params=["moto", "swift"])
def bucket(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    if request.param == "swift" and (why := why_no_swift()):
        pytest.skip(why)
    with own_versions() if request.param == "moto" else own_swift() as bucket:
        yield bucket


@pytest.fixture
def shelf(bucket: Bucket) -> S3Shelf:
    return bucket.shelf()


@pytest.fixture
def vault(shelf: S3Shelf) -> Vault:
    """A repository with three sets of two pieces each; all share one of them. The first goes on with a log."""
    vault = create(shelf, KEY)
    for number in range(1, 4):
        take(vault, number)
    return vault


def take(vault: Vault, number: int) -> None:
    contents = b"in all sets", b"of set %d alone" % number
    pieces = tuple(vault.name_of(content) for content in contents)
    for piece, content in zip(pieces, contents, strict=True):
        vault.put(piece, content)
    files = (File("haat.db", 100, "", 0o600, 1, pieces),)
    positions = {"haat.db": "ab:1"} if number == 1 else {}
    parts = (Part("database", files),)
    sets.put(vault, Manifest(number, number, 1, "0.1", "handwork", "/srv", "x", "SQLite", "1", positions, parts, 1))


def mended(vault: Vault) -> Mending:
    planned = mend.plan(vault, examine(vault), KEEP)
    mend.mend(vault, None, planned)
    return planned


def wrong(vault: Vault, keep: int = KEEP) -> list[Verdict]:
    return [*verify(vault), *removed(vault, keep)]


def named(vault: Vault, number: int) -> str:
    """The piece that this set alone has."""
    return vault.name_of(b"of set %d alone" % number)


def spoil(shelf: S3Shelf, name: str) -> None:
    content = bytearray(shelf.get(name))
    content[-1] ^= 1
    shelf.put(name, bytes(content))


def test_where_nothing_is_wrong_nothing_goes_back(vault: Vault) -> None:
    assert mended(vault) == Mending([], 0, [], [])


def test_a_piece_that_was_removed_or_changed_is_as_it_was(vault: Vault, shelf: S3Shelf) -> None:
    shelf.remove(named(vault, 1))
    spoil(shelf, named(vault, 2))
    told = {one.name: one.why for one in verify(vault)}
    assert told.keys() == {named(vault, 1), named(vault, 2)}
    assert "It was removed at" in told[named(vault, 1)]
    assert "It was written over at" in told[named(vault, 2)]
    assert all("`haat backup mend`" in why for why in told.values())
    planned = mended(vault)
    assert {one.name for one in planned.back} == told.keys()
    assert planned.lost == []
    assert wrong(vault) == []
    assert [*shelf.names("spoilt/")] == []


def test_nothing_is_done_until_it_is_asked_for(vault: Vault, shelf: S3Shelf) -> None:
    shelf.remove(named(vault, 1))
    assert [one.name for one in mend.plan(vault, examine(vault), KEEP).back] == [named(vault, 1)]
    with pytest.raises(NotFound):
        shelf.get(named(vault, 1))


def test_of_several_versions_the_newest_that_opens_is_taken(vault: Vault, shelf: S3Shelf) -> None:
    good = shelf.get(named(vault, 1))
    spoil(shelf, named(vault, 1))
    shelf.put(named(vault, 1), shelf.get(named(vault, 2)))  # It opens under another name.
    shelf.remove(named(vault, 1))
    mended(vault)
    assert shelf.get(named(vault, 1)) == good


def test_what_has_no_version_that_can_be_trusted_is_lost_and_said(vault: Vault, shelf: S3Shelf) -> None:
    name = vault.name_of(b"never whole")
    shelf.put(name, b"\x01 no such thing")
    planned = mended(vault)
    assert (planned.back, planned.lost) == ([], [name])
    assert shelf.get(name) == b"\x01 no such thing"


def test_a_manifest_that_was_changed_comes_back_with_pieces_that_only_it_knew(vault: Vault, shelf: S3Shelf) -> None:
    name = f"sets/{encode(2)}"
    spoil(shelf, name)
    shelf.remove(named(vault, 2))
    assert {one.name for one in mended(vault).back} == {name, named(vault, 2)}
    assert wrong(vault) == []


def test_sets_that_somebody_removed_come_back_whole(vault: Vault, shelf: S3Shelf) -> None:
    for number in (3, 2):
        sets.remove(vault, number)
        shelf.remove(named(vault, number))
    verdicts = wrong(vault)
    assert {one.sets for one in verdicts} == {(2,), (3,)}
    assert all("not by `haat backup prune`" in one.why for one in verdicts)
    assert sorted(mended(vault).sets) == [2, 3]
    assert sets.all_ids(vault) == [1, 2, 3]
    assert wrong(vault) == []


def test_a_set_that_was_pruned_stays_away_until_somebody_asks_for_it(vault: Vault, shelf: S3Shelf) -> None:
    take(vault, 4)
    sets.remove(vault, 1)
    shelf.remove(named(vault, 1))
    assert wrong(vault) == []
    assert mended(vault).sets == []
    assert [one.manifest.id for one in versions.removed(vault)] == [1]
    planned = mend.plan_for(vault, 1)
    mend.mend(vault, None, planned)
    assert sets.get(vault, 1).id == 1
    assert vault.get(named(vault, 1)) == b"of set 1 alone"
    with pytest.raises(Refused):
        mend.plan_for(vault, 1)
    with pytest.raises(NotFound):
        mend.plan_for(vault, 5)


def test_what_was_pruned_while_fewer_were_kept_is_not_said_to_be_removed_by_somebody(
    vault: Vault, shelf: S3Shelf
) -> None:
    take(vault, 4)
    for keep in (3, 2):
        prune.prune(vault, prune.plan(vault, Kept(keep, 0), clock.now()))
    assert sets.all_ids(vault) == [3, 4]
    assert wrong(vault, keep=30) == []
    assert mend.plan(vault, examine(vault), 30).sets == []
    shelf.remove(findings.PRUNED)
    assert wrong(vault, keep=30) == []
    sets.remove(vault, 3)
    assert [one.sets for one in wrong(vault, keep=30)] == [(3,)]


def test_a_set_that_came_back_after_it_was_pruned_may_be_removed_by_somebody(vault: Vault) -> None:
    prune.prune(vault, prune.plan(vault, Kept(2, 0), clock.now()))
    mend.mend(vault, None, mend.plan_for(vault, 1))
    sets.remove(vault, 2)
    assert [one.sets for one in wrong(vault, keep=30)] == [(2,)]
    take(vault, 4)
    prune.prune(vault, prune.plan(vault, Kept(2, 0), clock.now()))
    assert [one.sets for one in wrong(vault, keep=30)] == [(2,)]


def test_what_was_found_of_it_as_a_whole_comes_back_too(vault: Vault, shelf: S3Shelf) -> None:
    findings.note_reading(vault, Reading(1, 2, {}))
    spoil(shelf, "findings/reading")
    [verdict] = verify(vault)
    assert "`haat backup mend` brings that back" in verdict.why
    planned = mended(vault)
    assert ([one.name for one in planned.back], planned.lost) == (["findings/reading"], [])
    assert findings.of_reading(vault) == Reading(1, 2, {})


def test_a_set_that_needed_what_came_back_is_known_to_be_whole_again(vault: Vault, shelf: S3Shelf) -> None:
    spoil(shelf, named(vault, 2))
    found = examine(vault).wrong
    findings.note_reading(
        vault, Reading(1, 2, {one.name: one.why for one in found}, {one.name: one.sets for one in found})
    )
    assert findings.damaged(vault) == {2}
    mended(vault)
    assert findings.damaged(vault) == set()


def test_who_may_not_ask_for_versions_is_told_that_nobody_looked(bucket: Bucket, vault: Vault, shelf: S3Shelf) -> None:
    sets.remove(vault, 3)
    with closing(Wire(bucket.port)) as wire:
        place = bucket.place._replace(endpoint=f"http://127.0.0.1:{wire.port}")
        wire.forbidden = ("GET", "versions")
        asked = open_vault(S3Shelf(place, str(shelf).partition("sets/")[2], HASTY), KEY)
        assert verify(asked) == []
        with pytest.raises(Unavailable) as error:
            removed(asked, KEEP)
    assert "ListObjectVersions" in error.value.why


def test_a_set_whose_piece_is_nowhere_does_not_come_back(vault: Vault, shelf: S3Shelf) -> None:
    sets.remove(vault, 3)
    missing = vault.name_of(b"nowhere")
    files = (File("haat.db", 1, "", 0o600, 1, (missing,)),)
    parts = (Part("database", files),)
    sets.put(vault, Manifest(4, 4, 1, "0.1", "handwork", "/srv", "x", "SQLite", "1", {}, parts, 1))
    sets.remove(vault, 4)
    planned = mended(vault)
    assert (planned.sets, planned.lost) == ([3], [missing])
    assert sets.all_ids(vault) == [1, 2, 3]


def test_a_repository_of_which_everything_was_removed_comes_back(vault: Vault, shelf: S3Shelf) -> None:
    ship(vault, 1, 1, 4)
    for name, _ in [*shelf.names("")]:
        shelf.remove(name)
    with pytest.raises(NotFound):
        open_vault(shelf, KEY)
    opened, header = mend.opened(shelf, lambda: KEY)
    assert header is not None
    mend.mend(opened, header, mend.plan(opened, examine(opened), KEEP))
    again = open_vault(shelf, KEY)
    assert sets.all_ids(again) == [1, 2, 3]
    assert wrong(again) == []
    assert [one.number for one in log.generations(again, "haat.db")] == [1]


def test_a_first_file_that_was_changed_is_known_by_the_key(vault: Vault, shelf: S3Shelf) -> None:
    spoil(shelf, HEADER)
    with pytest.raises(Refused):
        open_vault(shelf, KEY)
    opened, header = mend.opened(shelf, lambda: KEY)
    mend.mend(opened, header, Mending([], 0, [], []))
    open_vault(shelf, KEY)
    with pytest.raises(Refused, match="does not open"):
        mend.opened(shelf, lambda: Key(b"x" * 32))


def ship(vault: Vault, generation: int, first: int, last: int, after: int = -1) -> str:
    salt = "ab" if generation == 1 else "cd"
    frames = b"".join(b"frame %2d" % number for number in range(first, last + 1))
    marks = tuple(Mark(number, 10 + number) for number in range(first, last + 1))
    return log.put(vault, Stretch("haat.db", 1, generation, salt, 8, b"", first, marks, frames, after))


def frames_of(vault: Vault, number: int = 0) -> bytes:
    return log.whole(vault, "haat.db", log.generations(vault, "haat.db")[number]).frames


def test_parts_of_a_log_that_are_missing_come_back_and_joined_ones_do_not(vault: Vault, shelf: S3Shelf) -> None:
    _, two, three, four = (ship(vault, 1, first, first + 1) for first in (1, 3, 5, 7))
    ship(vault, 1, 1, 4)  # As the shipper joins them.
    shelf.remove(two)
    assert mended(vault).back == []
    whole = frames_of(vault)
    shelf.remove(three)
    assert "has a gap" in verify(vault)[0].why
    assert [version.name for version in mended(vault).back] == [three]
    shelf.remove(four)  # Nothing follows it, so it leaves no gap.
    assert verify(vault) == []
    assert [version.name for version in mended(vault).back] == [four]
    assert frames_of(vault) == whole


def test_parts_that_are_joined_while_it_is_examined_stay_away(vault: Vault, shelf: S3Shelf) -> None:
    _, two = (ship(vault, 1, first, first + 1) for first in (1, 3))
    examined = examine(vault)
    ship(vault, 1, 1, 4)
    shelf.remove(two)
    assert mend.plan(vault, examined, KEEP).back == []


def test_where_only_a_part_from_before_it_was_joined_is_whole_the_others_come_back_too(
    vault: Vault, shelf: S3Shelf
) -> None:
    one, two = (ship(vault, 1, first, first + 1) for first in (1, 3))
    whole = frames_of(vault)
    ship(vault, 1, 1, 4)
    shelf.remove(two)
    spoil(shelf, one)
    # The joined one is the newest that opens; nothing else is needed.
    assert [version.name for version in mended(vault).back] == [one]
    assert frames_of(vault) == whole


def test_a_generation_that_was_removed_comes_back(vault: Vault, shelf: S3Shelf) -> None:
    ship(vault, 1, 1, 4)
    middle = ship(vault, 2, 1, 2, after=4)
    last = log.put(vault, Stretch("haat.db", 1, 3, "ef", 8, b"", 1, (Mark(1, 30),), b"frame  1", 2))
    shelf.remove(middle)
    assert "has a gap" in verify(vault)[0].why
    planned = mended(vault)
    assert ([one.name for one in planned.back], planned.lost) == ([middle], [])
    shelf.remove(middle)
    shelf.remove(last)
    assert {one.name for one in mended(vault).back} == {middle, last}
    assert verify(vault) == []


def test_a_log_whose_beginning_is_nowhere_is_said_to_be_lost(vault: Vault) -> None:
    ship(vault, 1, 3, 4)
    planned = mended(vault)
    assert planned.back == []
    assert len(planned.lost) == 1
    assert planned.lost[0].startswith("log/haat.db/")


def test_who_is_killed_while_sets_come_back_leaves_none_that_lacks_something(
    vault: Vault, shelf: S3Shelf, bucket: Bucket, tmp_path: Path
) -> None:
    sets.remove(vault, 3)
    shelf.remove(named(vault, 3))
    pid = os.fork()
    if pid == 0:
        try:
            faults.die_at("mend.contents", str(tmp_path / "killed"))
            again = open_vault(S3Shelf(bucket.place, str(shelf).partition("sets/")[2]), KEY)
            mend.mend(again, None, mend.plan(again, examine(again), KEEP))
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    assert sets.all_ids(vault) == [1, 2]
    assert vault.get(named(vault, 3))
    assert mended(vault).sets == [3]
    assert wrong(vault) == []


def test_versions_of_many_are_those_that_each_has_by_itself(shelf: S3Shelf) -> None:
    names = [f"{folder}/{number}" for folder in ("pieces", "sets") for number in range(12)]
    for name in names[1:]:
        shelf.put(name, b"one")
    shelf.put(names[2], b"another")
    shelf.remove(names[3])
    assert versions.of_each(shelf, names) == {name: versions.of(shelf, name) for name in names}
    assert versions.of_each(shelf, names[:4]) == {name: versions.of(shelf, name) for name in names[:4]}


def test_a_folder_says_that_it_has_no_versions(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path / "repository")
    create(shelf, KEY)
    with pytest.raises(NotKept) as error:
        mend.opened(shelf, lambda: KEY)
    assert "A folder keeps what is there" in error.value.why
