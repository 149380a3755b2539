"""A repository gives back what was put in, to whoever has the key, or says why it does not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haat.adapters.files.shelf import FolderShelf
from haat.kernel.errors import NotFound, Refused
from haat.ops.backups import vault
from haat.ops.backups.vault import Damaged, Key, Vault

KEY = Key(b"k" * 32)


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    return FolderShelf(tmp_path / "repository")


@pytest.fixture
def made(shelf: FolderShelf) -> Vault:
    return vault.create(shelf, KEY)


@given(content=st.binary(max_size=5000))
def test_a_content_comes_out_as_it_went_in(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    opened = vault.create(FolderShelf(tmp_path_factory.mktemp("repository")), KEY)
    opened.put("sets/a", content)
    assert opened.get("sets/a") == content


def test_a_content_is_opened_by_whoever_has_the_key_later(shelf: FolderShelf, made: Vault) -> None:
    made.put("sets/a", b"what was kept")
    assert vault.open_vault(shelf, KEY).get("sets/a") == b"what was kept"


def test_another_key_opens_nothing_and_is_told_so(shelf: FolderShelf, made: Vault) -> None:
    with pytest.raises(Refused, match="does not open"):
        vault.open_vault(shelf, Key(b"x" * 32))


def test_a_passphrase_opens_what_it_sealed_and_no_other_does(shelf: FolderShelf) -> None:
    vault.create(shelf, Key(b"correct horse", is_passphrase=True)).put("sets/a", b"x")
    assert vault.open_vault(shelf, Key(b"correct horse", is_passphrase=True)).get("sets/a") == b"x"
    with pytest.raises(Refused):
        vault.open_vault(shelf, Key(b"correct house", is_passphrase=True))


def test_where_no_repository_is_none_is_opened(shelf: FolderShelf) -> None:
    with pytest.raises(NotFound):
        vault.open_vault(shelf, KEY)


def test_neither_contents_nor_their_hashes_are_to_be_seen(shelf: FolderShelf, made: Vault) -> None:
    content = b"the name of a customer, again and again " * 100
    name = made.name_of(content)
    made.put(name, content)
    assert b"customer" not in shelf.get(name)
    other = vault.create(FolderShelf(Path(str(shelf)) / "other"), KEY)
    assert other.name_of(content) != name


def test_what_can_be_compressed_is(shelf: FolderShelf, made: Vault) -> None:
    made.put("sets/a", b"again " * 10_000)
    assert len(shelf.get("sets/a")) < 1000


def test_every_byte_that_is_changed_is_found(shelf: FolderShelf, made: Vault) -> None:
    made.put("sets/a", random.Random(1).randbytes(100) + b"a" * 100)
    sealed = shelf.get("sets/a")
    for at in range(len(sealed)):
        shelf.put("sets/a", sealed[:at] + bytes([sealed[at] ^ 1 << at % 8]) + sealed[at + 1 :])
        with pytest.raises(Damaged):
            made.get("sets/a")


def test_what_was_cut_off_is_found(shelf: FolderShelf, made: Vault) -> None:
    made.put("sets/a", b"a content")
    sealed = shelf.get("sets/a")
    for length in range(len(sealed)):
        shelf.put("sets/a", sealed[:length])
        with pytest.raises(Damaged):
            made.get("sets/a")


def test_one_content_cannot_be_put_in_the_place_of_another(shelf: FolderShelf, made: Vault) -> None:
    made.put("sets/a", b"of the first")
    shelf.put("sets/b", shelf.get("sets/a"))
    with pytest.raises(Damaged):
        made.get("sets/b")


def test_a_byte_changed_in_the_first_file_is_found(shelf: FolderShelf, made: Vault) -> None:
    header = shelf.get("repository")
    for at in range(len(header)):
        shelf.put("repository", header[:at] + bytes([header[at] ^ 1]) + header[at + 1 :])
        with pytest.raises((Damaged, Refused)):
            vault.open_vault(shelf, KEY)
