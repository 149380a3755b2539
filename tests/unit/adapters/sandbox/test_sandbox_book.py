from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from haat.adapters.sandbox.book import Book
from haat.market.payments.ports import GatewayUnreachable

ADD = "INSERT INTO events (body, due_at) VALUES (?, ?)"
COUNT = "SELECT count(*) FROM events"


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    book = Book(tmp_path / "sandbox.db")
    with pytest.raises(KeyboardInterrupt), book.writing() as write:
        write.execute(ADD, (b"", 1))
        raise KeyboardInterrupt
    assert book.first(COUNT, ()) == (0,)
    assert book.run(ADD, (b"", 1)) == 1
    assert book.first(COUNT, ()) == (1,)
    book.close()


def test_a_folder_that_does_not_exist_is_explained(tmp_path: Path) -> None:
    with pytest.raises(GatewayUnreachable) as error:
        Book(tmp_path / "nowhere" / "sandbox.db").first(COUNT, ())
    assert "nowhere" in error.value.why


def test_a_file_that_is_something_else_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    path.write_bytes(b"a shopping list" * 1000)
    with pytest.raises(GatewayUnreachable):
        Book(path).first(COUNT, ())
    assert path.read_bytes() == b"a shopping list" * 1000


def test_books_of_another_edition_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(GatewayUnreachable) as error:
        Book(path).first(COUNT, ())
    assert "edition 99" in error.value.why


def test_a_mistake_in_writing_is_explained_and_leaves_nothing(tmp_path: Path) -> None:
    book = Book(tmp_path / "sandbox.db")
    with pytest.raises(GatewayUnreachable), book.writing() as write:
        write.execute(ADD, (b"", 1))
        write.execute(ADD, (None, 1))
    assert book.first(COUNT, ()) == (0,)
    book.close()


def test_books_can_be_opened_again_after_closing(tmp_path: Path) -> None:
    book = Book(tmp_path / "sandbox.db")
    book.run(ADD, (b"", 1))
    book.close()
    assert book.first(COUNT, ()) == (1,)
    book.close()
