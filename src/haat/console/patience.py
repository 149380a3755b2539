"""Questions to what may be dead: each has a time, and silence is an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from haat.kernel.errors import HaatError, Unavailable

T = TypeVar("T")
N = TypeVar("N")

PATIENCE = 3.0  # seconds that a page waits for what it shows


def asked(question: Callable[[], T]) -> Future[T]:
    """The answer to come, from a thread of its own; a question that hangs holds up nothing else."""
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=ask, name="question", daemon=True).start()
    return answer


def told(answer: Future[T], patience: float = PATIENCE) -> T:
    """The answer. Raises what the question raised, and Unavailable when there is none in time."""
    try:
        return answer.result(patience)
    except TimeoutError as error:
        raise Unavailable(f"There is no answer within {patience:g} seconds.") from error


def found_or(nothing: N, question: Callable[[], T], patience: float = PATIENCE) -> tuple[T | N, HaatError | None]:
    """What is found in time, or what stands for nothing and the problem that kept it from being found."""
    try:
        return within(question, patience), None
    except HaatError as problem:
        return nothing, problem


def within(question: Callable[[], T], patience: float = PATIENCE) -> T:
    """Ask and wait. Raises as `told` does."""
    return told(asked(question), patience)
