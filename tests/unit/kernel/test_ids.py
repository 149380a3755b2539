import contextlib
import threading

from hypothesis import given
from hypothesis import strategies as st

from haat.kernel import clock, ids
from haat.kernel.errors import NotFound


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_an_id_reads_back_what_it_writes(id_: int) -> None:
    assert ids.decode(ids.encode(id_)) == id_
    assert len(ids.encode(id_)) == ids.LENGTH


@given(st.text(max_size=20))
def test_whatever_is_typed_is_an_id_or_not_found(text: str) -> None:
    with contextlib.suppress(NotFound):
        assert 0 <= ids.decode(text) < 2**63


def test_ids_of_one_process_always_grow_even_when_the_clock_goes_back() -> None:
    with clock.frozen():
        first = ids.new_id()
        clock.advance(-clock.HOUR)
        assert ids.new_id() > first


def test_an_id_knows_when_it_was_born() -> None:
    # Later than anything that other tests of this process may have made: ids never go back.
    with clock.frozen(clock.now() + 10 * 365 * clock.DAY):
        assert ids.born_at(ids.new_id()) == clock.now()


def test_threads_never_get_the_same_id() -> None:
    made: list[int] = []
    threads = [threading.Thread(target=lambda: made.extend(ids.new_id() for _ in range(500))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 4000


def test_ids_of_an_instant_begin_with_its_first() -> None:
    with clock.frozen(1_800_000_000_000):
        first = ids.first_of(clock.now())
        clock.advance(1)
        assert first <= ids.first_of(clock.now()) <= ids.new_id()
    assert ids.born_at(first) == 1_800_000_000_000
