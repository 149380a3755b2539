"""A profile: it finds where the time goes, costs little, holds no value of any variable, and is a page of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from tests.support.running import wait_until

from haat.kernel.errors import Unavailable
from haat.ops.profiles.flame import folded, hottest, page
from haat.ops.profiles.sampler import SIGNAL, Profile, Wish, listen, profile_of, sample, wish_of
from haat.ops.profiles.take import _wake

SECRET = "seven striped awnings"


def toil(is_over: threading.Event, password: str) -> int:
    count = 0
    while not is_over.is_set():
        for _ in range(10_000):  # Nearly all of its time is its own, at two places.
            count += len(password)
        for _ in range(10_000):
            count -= len(password)
    return count


def wait(is_over: threading.Event) -> None:
    is_over.wait()


@contextmanager
def threads() -> Iterator[None]:
    """One that toils, and one that waits."""
    is_over = threading.Event()
    all_of_them = [
        threading.Thread(target=toil, args=(is_over, SECRET), name="toiler-1"),
        threading.Thread(target=wait, args=(is_over,), name="waiter-1"),
    ]
    for one in all_of_them:
        one.start()
    try:
        yield
    finally:
        is_over.set()
        for one in all_of_them:
            one.join()


def taken() -> Profile:
    with threads():
        return sample("web", 0.5)


def test_it_finds_who_toils_and_names_who_stood_still() -> None:
    profile = taken()
    assert profile.looks > 5
    assert ":toil" in hottest(profile)[0].name
    shown = page(profile)
    assert "At the same place nearly all the time" in shown
    assert "waiter" in shown.partition("At the same place nearly all the time")[2]


def test_it_holds_no_value_and_no_folder_of_the_machine() -> None:
    profile = taken()
    for text in (page(profile), folded(profile)):
        assert SECRET not in text
        assert __file__ not in text
        assert not re.search(r"/(home|root|usr|tmp|var)/", text)


def test_looking_takes_less_than_a_twentieth_of_a_core() -> None:
    assert taken().cost < 0.05


def test_the_page_needs_nothing_from_anywhere_and_marks_up_nothing_that_it_was_given() -> None:
    profile = Profile("web", 1, 0, 1.0, 100, 0.01, {"request;haat.web.x:<lambda>;line 3": 60, "request;b:c;line 1": 40})
    shown = page(profile)
    assert not any(word in shown for word in ("http://", "https://", "src=", "@import", "<script"))
    assert "&lt;lambda&gt;" in shown and "<lambda>" not in shown
    assert [(one.name, one.share) for one in hottest(profile)] == [("haat.web.x:<lambda>", 0.6), ("b:c", 0.4)]


def test_a_process_that_did_nothing_has_a_page_that_says_so() -> None:
    assert "hangs" in page(Profile("keeper", 1, 0, 1.0, 100, 0.01, {"MainThread;threading:wait;line 3": 100}))


def test_other_tools_can_read_it() -> None:
    assert all(re.fullmatch(r".+;line \d+ \d+", line) for line in folded(taken()).splitlines())


def test_a_process_without_room_for_a_thread_goes_on_and_can_be_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    before = signal.getsignal(SIGNAL)
    try:
        listen("web", tmp_path)
        wish_of(tmp_path, os.getpid()).write_bytes(msgspec.json.encode(Wish(0.05)))
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", full)
            signal.raise_signal(SIGNAL)
        assert "could not begin" in caplog.text
        signal.raise_signal(SIGNAL)
        wait_until(lambda: profile_of(tmp_path, os.getpid()).exists(), "it has looked at itself")
    finally:
        signal.signal(SIGNAL, before)


def test_a_process_that_ended_just_before_it_was_asked_is_said_to_have_ended() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    with pytest.raises(Unavailable, match="has ended just now"):
        _wake(ended.pid)
