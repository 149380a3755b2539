"""Keeps the processes of a stack running, and ends them in order.

One thread and one loop: it waits for what its children print, for signals, and for the moment at which one is to be started again.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from haat.adapters.processes.forking import fork
from haat.adapters.processes.restart import pause_after, short_lives

_LONGEST_END = 30.0  # seconds that a process gets for its last work
_BETWEEN_TICKS = 0.05  # seconds
_LONGEST_WAIT = 1.0  # seconds between two turns of the loop
_BETWEEN_LOOKS = 0.2  # seconds between two looks whether somebody wants a process anew
_SAME_WISH = 0.5  # seconds in which several signals are one: some launchers send theirs to the process and to its group
_LAST_LINES = 12
_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Program(NamedTuple):
    """What runs in a process of its own, until SIGTERM. `log` takes what it prints, in whole lines."""

    name: str
    run: Callable[[], object]
    log: Callable[[bytes], object]


class Died(NamedTuple):
    """A process ended that was not told to. `lines` are the last that it printed; `short` counts the short lives in a row."""

    program: str
    how: str
    short: int
    pause: float
    lines: tuple[str, ...]


class Back(NamedTuple):
    """A process that had died was started again, so many seconds later."""

    program: str
    after: float


class Ending(NamedTuple):
    """The programs are being told to end; `by_force` when their time is up or somebody asked twice."""

    programs: tuple[str, ...]
    by_force: bool


class Renewing(NamedTuple):
    """A process is being told to end, to be begun anew; `by_force` when its time is up."""

    program: str
    by_force: bool


class Resting(NamedTuple):
    """A process is being told to end, and is not begun again until its program may run; `by_force` when its time is up."""

    program: str
    by_force: bool


class Woken(NamedTuple):
    """A program that rested runs again."""

    program: str


Event: TypeAlias = Died | Back | Ending | Renewing | Resting | Woken

Anew: TypeAlias = Callable[[], Mapping[str, int]]
"""By the first word of programs' names, the number of the last wish for them: another number is another wish."""

Asleep: TypeAlias = Callable[[], Set[str]]
"""The first words of the names of all programs that may not run now."""


@dataclass
class _Child:
    program: Program
    pid: int
    output: int
    began: float
    unfinished: bytes = b""
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_LINES))


@dataclass
class _Due:
    """A program to start again at a time, which ended at another."""

    program: Program
    at: float
    ended: float


class _Wish(NamedTuple):
    """That what began before it was seen be begun anew."""

    number: int
    seen: float


class Supervisor:
    """Runs groups of programs: all at once, ended one group after the other.

    `tell` hears what happens. `tick` is called some twenty times a second until it returns False. `before_end` is called when the end
    begins. `anew` tells of wishes: what runs when one is seen is ended in order, one process at a time, and begun anew. What was wished before
    the start is fulfilled by it. `asleep` says which programs rest: theirs are ended, one group after the other, and begun when they may run again.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[Program]],
        *,
        tell: Callable[[Event], None],
        tick: Callable[[], bool],
        before_end: Callable[[], None],
        anew: Anew = dict,
        asleep: Asleep = frozenset,
    ) -> None:
        self._groups = groups
        self._tell = tell
        self._tick = tick
        self._is_ticking = True
        self._before_end = before_end
        self._anew = anew
        self._wishes: dict[str, _Wish] = {}
        self._renewed: _Child | None = None  # which is being told to end
        self._asleep = asleep
        self._resting: dict[int, float] = {}  # which are being told to end, and when that is done by force
        self._next_look = 0.0
        self._children: dict[int, _Child] = {}
        self._due: list[_Due] = []
        self._lives: Mapping[str, deque[float]] = defaultdict(lambda: deque(maxlen=20))
        self._selector = selectors.DefaultSelector()
        self._asked_at: float | None = None  # when somebody asked for the end
        self._ending: Sequence[Program] = ()
        self._by_force_at = 0.0

    def run(self) -> None:
        """Return when every process has ended, having been asked to: by `end`, SIGTERM, SIGINT or SIGHUP; asked twice, at once."""
        self._lifeline, self._own_lifeline = os.pipe()
        self._hear_signals()
        gc.freeze()  # What is loaded is shared with the children as long as nobody writes to it, the collector included.
        try:
            self._see_wishes()
            asleep = self._asleep()
            for program in self._programs:
                if _kind(program) not in asleep:
                    self._start(program)
            while self._children or not self._is_asked:
                self._turn()
        finally:
            self._kill_all()
            self._let_go()

    def end(self) -> None:
        """Begin the end, as if somebody had asked; asked again, end at once."""
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
            self._due.clear()
            self._before_end()
            self._end_next_group()
        elif now - self._asked_at > _SAME_WISH:
            self._kill_all()

    @property
    def _is_asked(self) -> bool:
        return self._asked_at is not None

    @property
    def _programs(self) -> list[Program]:
        return [program for group in self._groups for program in group]

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._patience()):
            key.data()
        self._bury()
        now = time.monotonic()
        for due in [due for due in self._due if due.at <= now]:
            self._due.remove(due)
            self._start(due.program)
            self._tell(Back(due.program.name, time.monotonic() - due.ended))
        if self._is_asked:
            self._go_on_ending(now)
            return
        if self._is_ticking:
            self._is_ticking = self._tick()
        if now >= self._next_look:
            self._next_look = now + _BETWEEN_LOOKS
            self._rest(now)
            self._see_wishes()
            self._renew(now)

    def _patience(self) -> float:
        """Seconds until something is to be done even if nothing happens."""
        if self._is_ticking:
            return _BETWEEN_TICKS
        return max(0.0, min([_LONGEST_WAIT, *(due.at - time.monotonic() for due in self._due)]))

    def _start(self, program: Program) -> None:
        output, sink = os.pipe()
        os.set_blocking(output, False)
        pid = fork(program.run, name=program.name, output=sink, lifeline=self._lifeline, close=self._handles())
        os.close(sink)
        child = _Child(program, pid, output, time.monotonic())
        self._children[pid] = child
        self._selector.register(output, selectors.EVENT_READ, lambda: self._hear(child))

    def _rest(self, now: float) -> None:
        """Who may not run is told to end, those of a later group when the earlier have ended; who may run again is begun, once what was told to end has."""
        asleep = self._asleep()
        self._due = [due for due in self._due if _kind(due.program) not in asleep]
        for group in self._groups:
            children = [child for child in self._children.values() if child.program in group]
            if awake := [one for one in children if _is_in(one, asleep) or one.pid in self._resting]:
                self._tell_to_rest(awake, now)
                break
        known = [*(child.program for child in self._children.values()), *(due.program for due in self._due)]
        for program in self._programs:
            if program not in known and _kind(program) not in asleep:
                self._start(program)
                self._tell(Woken(program.name))

    def _tell_to_rest(self, awake: Sequence[_Child], now: float) -> None:
        for child in awake:
            is_late = now > self._resting.get(child.pid, now)
            if child.pid not in self._resting or is_late:
                self._resting[child.pid] = now + _LONGEST_END
                self._tell(Resting(child.program.name, by_force=is_late))
                os.kill(child.pid, signal.SIGKILL if is_late else signal.SIGTERM)

    def _see_wishes(self) -> None:
        """By the clock that nobody sets: the number of a wish may be an instant, and says nothing of which came first."""
        for kind, number in self._anew().items():
            if kind not in self._wishes or self._wishes[kind].number != number:
                self._wishes[kind] = _Wish(number, time.monotonic())

    def _renew(self, now: float) -> None:
        """One process at a time, so that the others of its kind go on meanwhile; by force when its time is up."""
        if self._renewed is not None:
            if now > self._by_force_at:
                self._tell(Renewing(self._renewed.program.name, by_force=True))
                os.kill(self._renewed.pid, signal.SIGKILL)
                self._by_force_at = now + _LONGEST_END
            return
        away = {_kind(due.program) for due in self._due}
        if child := next((one for one in self._children.values() if self._is_old(one, away)), None):
            self._renewed, self._by_force_at = child, now + _LONGEST_END
            self._tell(Renewing(child.program.name, by_force=False))
            os.kill(child.pid, signal.SIGTERM)

    def _is_old(self, child: _Child, away: Set[str]) -> bool:
        """Whether it began before a wish for its kind was seen, and no other of its kind is away."""
        kind = _kind(child.program)
        return kind in self._wishes and child.began < self._wishes[kind].seen and kind not in away

    def _hear(self, child: _Child) -> bool:
        """Pass on what the child printed, in whole lines; False when there was nothing."""
        try:
            said = os.read(child.output, 1 << 16)
        except BlockingIOError:
            return False
        lines, end, child.unfinished = (child.unfinished + said).rpartition(b"\n")
        if end:
            child.program.log(lines + end)
            child.lines.extend(line.decode(errors="replace") for line in lines.splitlines()[-_LAST_LINES:])
        return bool(said)

    def _bury(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if child := self._children.pop(pid, None):
                self._see_off(child)
                self._follow(child, status)

    def _see_off(self, child: _Child) -> None:
        """Read its last words."""
        while self._hear(child):
            pass
        if child.unfinished:
            child.program.log(child.unfinished + b"\n")
        self._selector.unregister(child.output)
        os.close(child.output)

    def _follow(self, child: _Child, status: int) -> None:
        """What comes after it."""
        is_renewed = child is self._renewed
        if is_renewed:
            self._renewed = None
        rests = self._resting.pop(child.pid, None) is not None
        if self._is_asked or rests:
            return
        if is_renewed:
            self._due.append(_Due(child.program, 0.0, time.monotonic()))
        else:
            self._plan_again(child, status)

    def _plan_again(self, child: _Child, status: int) -> None:
        now = time.monotonic()
        lives = self._lives[child.program.name]
        lives.append(now - child.began)
        pause = pause_after(lives)
        self._due.append(_Due(child.program, now + pause, now))
        self._tell(Died(child.program.name, _how(status), short_lives(lives), pause, tuple(child.lines)))

    def _end_next_group(self) -> None:
        alive = {child.program.name for child in self._children.values()}
        self._ending = next((group for group in self._groups if any(program.name in alive for program in group)), ())
        self._by_force_at = time.monotonic() + _LONGEST_END
        if names := tuple(program.name for program in self._ending if program.name in alive):
            self._tell(Ending(names, by_force=False))
            self._signal(names, signal.SIGTERM)

    def _go_on_ending(self, now: float) -> None:
        alive = {child.program.name for child in self._children.values()}
        names = tuple(program.name for program in self._ending if program.name in alive)
        if not names:
            self._end_next_group()
        elif now > self._by_force_at:
            self._tell(Ending(names, by_force=True))
            self._signal(names, signal.SIGKILL)
            self._by_force_at = now + _LONGEST_END

    def _kill_all(self) -> None:
        if self._children:
            names = tuple(child.program.name for child in self._children.values())
            self._ending = self._programs  # No group is waited for, nor told to end in order, any more.
            self._tell(Ending(names, by_force=True))
            self._signal(names, signal.SIGKILL)

    def _signal(self, names: Sequence[str], number: int) -> None:
        for pid, child in self._children.items():
            if child.program.name in names:
                os.kill(pid, number)

    def _hear_signals(self) -> None:
        # Handlers only wake the loop: what a signal means is decided there, between two steps and never within one.
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in (*_STOP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        self._selector.register(self._woken, selectors.EVENT_READ, self._take_signals)

    def _take_signals(self) -> None:
        for number in os.read(self._woken, 1 << 10):
            if number in _STOP:
                self.end()

    def _handles(self) -> list[int]:
        """What a child must not keep: the own end of the lifeline above all, or it would never close."""
        others = [child.output for child in self._children.values()]
        return [*others, self._own_lifeline, self._woken, self._waker, self._selector.fileno()]

    def _let_go(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in (*_STOP, signal.SIGCHLD):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        self._selector.close()
        for handle in (self._lifeline, self._own_lifeline, self._woken, self._waker):
            os.close(handle)


def _kind(program: Program) -> str:
    """“web” of “web 2”."""
    return program.name.split()[0]


def _is_in(child: _Child, kinds: Set[str]) -> bool:
    return _kind(child.program) in kinds


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
