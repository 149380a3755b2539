"""Of all who bring the same request at the same time one does it; the others get its answer."""

from __future__ import annotations

from collections import Counter

from tests.support.together import together

from haat.jobs import answers
from haat.jobs.answers import Request
from haat.kernel import clock
from haat.store import Store

REQUEST = Request("account:1", "the-same-key", "0" * 64)


def test_of_sixty_four_with_the_same_key_one_does_the_work_and_all_get_its_answer(store: Store) -> None:
    begun = together(64, lambda _: answers.begin(store, REQUEST))
    (mine,) = (instant for instant in begun if instant is not None)
    assert answers.find(store, REQUEST) == (REQUEST.hash, None, None)
    answers.keep(store, REQUEST, mine, 201, "done")
    assert answers.find(store, REQUEST) == (REQUEST.hash, 201, "done")
    assert answers.begin(store, REQUEST) is None


def test_of_sixty_four_who_find_a_request_of_the_dead_one_takes_it_over(store: Store) -> None:
    with clock.frozen():
        first = answers.begin(store, REQUEST)
        assert first is not None
        clock.advance(answers.TAKEN_OVER_AFTER)
        begun = Counter(together(64, lambda _: answers.begin(store, REQUEST)))
        assert begun == {None: 63, clock.now(): 1}
        answers.keep(store, REQUEST, first, 201, "by the dead")
        assert answers.find(store, REQUEST) == (REQUEST.hash, None, None)  # What was taken over is another's to answer.


def test_sixty_four_with_keys_of_their_own_all_do_their_work(store: Store) -> None:
    requests = [REQUEST._replace(key=f"key-{number}") for number in range(64)]
    assert None not in together(64, lambda number: answers.begin(store, requests[number]))
