"""One walk: a market in which chance decides who does what next, and what goes wrong meanwhile.

Each step has a seed of its own, so a walk is a list of numbers. A part of the list is a walk too: that is how a failing one is made short.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Condition
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from haat.config.address import Address
from haat.jobs import dead
from haat.jobs.worker import Worker
from haat.kernel import clock
from haat.kernel.clock import DAY, HOUR, MINUTE, SECOND
from haat.kernel.errors import HaatError
from haat.market.accounts.shop import get_shop
from haat.market.deals import library
from haat.market.deals.deal import Actor, Deal
from haat.market.deals.needs import NEEDS
from haat.market.deals.process import Move, Process, Side
from haat.market.deals.tables import deal_events, deals
from haat.market.notices.notice import MAIL_NOTICE
from haat.market.payments import events, payment, payout, refund, reserve
from haat.market.payments.tables import entries, payments
from haat.market.truth import articles, books, goods, handwork, hires, papers, promotions, work
from haat.market.truth.truth import Check, check_all
from tests.support.world import World
from tests.walks.fate import Broken, FatefulStore
from tests.walks.scenes import Begin, a_card, scene_for

STARTS_AT = 1_790_000_000_000
SIDES: tuple[Side, ...] = ("buyer", "seller", "operator")

_MOST_OPEN = 12
_LONGEST_END = 400  # rounds until everything must have ended
_DEALS = select(*(deals.c[name] for name in Deal._fields)).order_by(deals.c.id)
_MADE = (
    select(deals.c.process, deals.c.process_version, deal_events.c.move, deal_events.c.by_role, func.count())
    .join(deals, deals.c.id == deal_events.c.deal_id)
    .group_by(deals.c.process, deals.c.process_version, deal_events.c.move, deal_events.c.by_role)
)
_AT_THE_BANK = (
    select(payments.c.confirm_url).where(payments.c.confirm_url.is_not(None), payments.c.state == "waiting")
).order_by(payments.c.id)
_LEFT = (
    select(entries.c.account, entries.c.currency, func.sum(entries.c.amount))
    .where(entries.c.account.in_(["held", "refunds", "payouts"]))
    .group_by(entries.c.account, entries.c.currency)
    .having(func.sum(entries.c.amount) != 0)
)
_PAID_IN = select(func.count()).where(payments.c.state == "paid", payments.c.id > bindparam("none"))


class Went(NamedTuple):
    """What came of a walk: `wrong` says what is not as it must be, nothing where all is well. `told` has a sentence a step."""

    wrong: str
    told: list[str]
    made: Counter[str]
    struck: Counter[str]
    paid: int

    @property
    def moves(self) -> int:
        return sum(self.made.values())


class Wrong(Exception):
    """Something is not as it must be."""


def roots() -> list[Process]:
    """Every process that a walk can begin with, in all versions; the others belong to one of these."""
    return [rules for rules in library.all_versions() if rules.parent is None]


def called(rules: Process) -> str:
    return f"{rules.name}.{rules.version}"


def seeds_of(seed: int, walk: int, steps: int) -> list[int]:
    """The steps of one walk of many."""
    dice = random.Random(f"{seed} {walk}")
    return [dice.getrandbits(32) for _ in range(steps)]


def walk(rules: Process, database: Address, folder: Path, seeds: Sequence[int], *, check_every: int = 1) -> Went:
    """Take these steps in a new market, end everything, and see that all promises hold; after every so many steps too."""

    def go(one: Walk) -> None:
        for number, seed in enumerate(seeds, 1):
            one.take(seed)
            if number % check_every == 0:
                one.check()

    return _in_a_new_market(rules, database, folder, go)


def crowd(rules: Process, database: Address, folder: Path, seeds: Sequence[int], people: int) -> Went:
    """So many people take these steps at the same time, each the next one that nobody has taken. It never goes the same way twice."""

    def go(one: Walk) -> None:
        with ThreadPoolExecutor(people) as pool:
            for taken in [pool.submit(one.take, seed) for seed in seeds]:
                taken.result()

    return _in_a_new_market(rules, database, folder, go, is_crowded=True)


def _in_a_new_market(
    rules: Process, database: Address, folder: Path, go: Callable[[Walk], None], *, is_crowded: bool = False
) -> Went:
    store = FatefulStore(database)
    world = World(store, folder)
    told: list[str] = []
    wrong = ""
    try:
        with clock.frozen(STARTS_AT), _listening() as mishaps:
            one = Walk(rules, store, world, told, mishaps, is_crowded=is_crowded)
            try:
                go(one)
                told.append("everything ends")
                one.end()
            except Wrong as error:
                wrong = f"after step {len(told)}: {error}"
            made = Counter(
                {f"{name}.{version} {move} by {role}": count for name, version, move, role, count in store.read(_MADE)}
            )
            return Went(wrong, told, made, store.struck, int(store.value(_PAID_IN, none=0)))
    finally:
        world.close()
        store.close()


class _Standstill:
    """Long times go by only while nobody is in the middle of something: no call to a gateway lasts for an hour, and what it is silent of then is final."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._busy = 0

    @contextmanager
    def busy(self) -> Iterator[None]:
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def advance(self, by: int) -> None:
        """By whoever is busy, and is in the middle of nothing."""
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._busy == 0)
            clock.advance(by)
            self._busy += 1


class Walk:
    """The people, the bank and the clock of one market."""

    def __init__(
        self,
        rules: Process,
        store: FatefulStore,
        world: World,
        told: list[str],
        mishaps: Sequence[str],
        *,
        is_crowded: bool,
    ) -> None:
        self.rules = rules
        self.store = store
        self.world = world
        self.told = told
        self._mishaps = mishaps
        # Where others act at the same time nobody knows what is possible now, and so what is too much.
        self._acts = [(act, weight) for act, weight in _ACTS if not (is_crowded and act is Walk._overreach)]
        self._standstill = _Standstill()
        self.scene = scene_for(rules, world)
        self.worker = Worker(store, {**world.handlers, events.HEARD: self._heed, MAIL_NOTICE: lambda job: None})
        self.last: tuple[Begin, int | None] | None = None
        self.checks: list[Check] = [
            check for room in (books, papers, goods, hires, articles, handwork, promotions) for check in room.CHECKS
        ]

    def take(self, seed: int) -> None:
        """A step, of which is told. Raises Wrong, also for what went wrong in silence."""
        self.told.append(self.step(seed))
        self._listen()

    def step(self, seed: int) -> str:
        """One thing that somebody does, or that happens; says what, and how it was refused or went wrong. Raises Wrong."""
        dice = random.Random(seed)
        act = dice.choices([do for do, _ in self._acts], [weight for _, weight in self._acts])[0]
        self.store.dice = dice
        said: list[str] = [act.__name__.replace("_", " ").strip()]
        try:
            with self._standstill.busy():
                act(self, dice, said)
        except HaatError as error:
            said.append(f"– {error.code}: {error.what} {error.why}")
        except Broken as error:
            said.append(f"– {error}")
        except Exception as error:
            raise Wrong(f"{' '.join(said)}: {type(error).__name__}: {error}") from error
        finally:
            self.store.dice = None
        return " ".join(said)

    def check(self) -> None:
        """Raises Wrong when a promise is broken."""
        broken = [row for found in check_all(self.store, self.checks) for row in found.offending]
        broken += [
            f"deal {deal.id} is {deal.state}, where it has money or goods and nothing happens by itself"
            for deal in self._deals()
            if deal.due_at is None and _keeps_something(deal)
        ]
        if broken:
            raise Wrong("; ".join(broken))

    def end(self) -> None:
        """Nobody does anything any more, and nothing fails: the clock alone brings everything to its end. Raises Wrong."""
        for _ in range(_LONGEST_END):
            self._let_things_happen(random.Random(0), [])
            if not (due := [deal.due_at for deal in self._deals() if deal.due_at is not None]):
                break
            clock.advance(max(min(due) - clock.now(), MINUTE))
        for _ in range(16):  # What was put off, and what the bank does late.
            clock.advance(HOUR)
            self._let_things_happen(random.Random(0), [])
            dead.replay_all(
                self.store
            )  # A job that fate struck too often is let run again by somebody who looks after the market.
        self.checks += [*work.CHECKS, books.gateway_check(self.world.gateway, clock.now())]
        self.check()
        if still := [
            f"deal {deal.id} ({deal.process}) is {deal.state}" for deal in self._deals() if not _is_over(deal)
        ]:
            raise Wrong(f"not everything came to an end: {'; '.join(still)}")
        if left := self.store.read(_LEFT):
            raise Wrong(f"money is left where nobody gets it: {left}")
        self._listen()

    def _listen(self) -> None:
        if self._mishaps:
            raise Wrong(self._mishaps[0])

    def _begin(self, dice: random.Random, said: list[str]) -> None:
        if sum(deal.due_at is not None for deal in self._deals()) >= _MOST_OPEN:
            self._move(dice, said)
            return
        ask = self.scene.begin(dice)
        self.last = ask, None
        self.last = ask, ask()

    def _ask_again(self, dice: random.Random, said: list[str]) -> None:
        """The same request once more, as an impatient buyer or a program would."""
        if self.last is None:
            return
        ask, before = self.last
        now = ask()
        if before is not None and now != before:
            raise AssertionError(f"one request made two checkouts, {before} and {now}")
        self.last = ask, now

    def _move(self, dice: random.Random, said: list[str]) -> None:
        """A deal, and anything that a side of it may do now; as often as not what leads on, so that deals come to all their states."""
        deal = self._some_deal(dice)
        if deal is None:
            return
        side = dice.choice(SIDES)
        if dice.random() < 0.5:
            side = deal.rules.states[deal.state].turn or side
        possible = [one.move for one in self.world.engine.outlook(deal, side).now]
        if dice.random() < 0.5:
            possible = [move for move in possible if move.leads_on] or possible
        if possible:
            self._make(deal, dice.choice(possible), side, dice, said)

    def _move_twice(self, dice: random.Random, said: list[str]) -> None:
        """The same move by two windows: the second finds the deal where the first left it."""
        deal, side = self._some_deal(dice), dice.choice(SIDES)
        if deal is not None and (possible := self.world.engine.outlook(deal, side).now):
            move = dice.choice(possible).move
            self._make(deal, move, side, dice, said)
            self._make(deal, move, side, dice, said)

    def _overreach(self, dice: random.Random, said: list[str]) -> None:
        """A move that is not for this role, or not from this state: it must be refused, and change nothing."""
        deal, side = self._some_deal(dice), dice.choice(SIDES)
        if deal is None:
            return
        allowed = {possible.move.name for possible in self.world.engine.outlook(deal, side).now}
        wrong = [move for move in deal.rules.moves if move.name not in allowed]
        if not wrong:
            return
        move, before = dice.choice(wrong), deal
        try:
            self._make(deal, move, side, dice, said)
        except HaatError:
            if self.world.deal(deal) != before:
                raise AssertionError(f"{move.name} was refused and changed the deal") from None
            raise
        raise AssertionError(f"{side} made {move.name} from {deal.state}")

    def _pay_again(self, dice: random.Random, said: list[str]) -> None:
        waiting = [deal for deal in self._deals() if deal.waits_for_money and deal.checkout_id is not None]
        if waiting:
            deal = dice.choice(waiting)
            assert deal.checkout_id is not None
            checkout = self.world.till.look(deal.checkout_id, deal.buyer_id)
            said.append(f"for checkout {checkout.id}")
            attempt = checkout.payment.attempt
            self.world.till.pay_again(deal.buyer_id, checkout.id, attempt, a_card(dice), "/back")

    def _answer_the_bank(self, dice: random.Random, said: list[str]) -> None:
        """On the bank's own page; the buyer may never come back from it."""
        doors = [str(url).rpartition("/")[2] for (url,) in self.store.read(_AT_THE_BANK)]
        if doors:
            self.world.gateway.confirm(dice.choice(doors), agrees=dice.random() < 0.7)

    def _wait(self, dice: random.Random, said: list[str]) -> None:
        """Until what comes next comes, or a while; then everything that the schedule does."""
        due = [deal.due_at for deal in self._deals() if deal.due_at is not None]
        until_next = max(min(due, default=0) - clock.now(), 0)
        self._standstill.advance(dice.choice([SECOND, 5 * MINUTE, HOUR, 5 * HOUR, DAY, until_next]))
        said.append(f"until {clock.as_datetime(clock.now()):%d %b %H:%M}")
        self._let_things_happen(dice, said)

    def _work(self, dice: random.Random, said: list[str]) -> None:
        self.worker.drain()

    def _act(self, dice: random.Random, said: list[str]) -> None:
        said[:] = ["somebody"]
        said.append(self.scene.act(dice))

    def _let_things_happen(self, dice: random.Random, said: list[str]) -> None:
        for happen in (
            lambda: self.world.engine.run_timers(self.store),
            lambda: self._hear(dice),
            self.world.settle.ask_all,
            self.scene.tick,
            self.worker.drain,
            lambda: reserve.release_due(self.store),
            lambda: payout.claim_all(self.store),
            lambda: payout.go_on(self.store),
            self.worker.drain,
        ):
            try:
                happen()
            except (HaatError, Broken) as error:  # The schedule does it again the next time.
                said.append(f"– {error}")

    def _hear(self, dice: random.Random) -> None:
        """The gateway's messages come, some of them twice, some not at the first try."""

        def take_in(body: bytes, headers: dict[str, str]) -> int:
            for _ in range(dice.choice((1, 1, 2, 3))):
                try:
                    events.hear(self.store, self.world.gateway, body, headers)
                except (HaatError, Broken):
                    return 500
            return 200 if self.store.dice is None or dice.random() < 0.8 else 500

        self.world.gateway.deliver_due(clock.now(), take_in)

    def _heed(self, news: Any) -> None:
        match news["about"]:
            case "charge":
                self.world.settle.ask(payment.id_of_key(news["key"]))
            case "refund":
                refund.send(self.store, self.world.gateway, refund.of_key(news["key"]))
            case "payout":
                payout.ask(self.store, self.world.gateway, payment.id_of_key(news["key"]))

    def _make(self, deal: Deal, move: Move, side: Side, dice: random.Random, said: list[str]) -> None:
        said.append(f"{deal.process} {deal.id} ({deal.state}): {move.name} by {side}")
        given = {name: _something(name, deal, dice) for name in (*move.needs, *move.takes)}
        actor = Actor(side, self._person(deal, side))
        self.store.write(lambda tx: self.world.engine.move(tx, deal.id, move.name, actor, given))

    def _person(self, deal: Deal, side: Side) -> int:
        match side:
            case "buyer":
                return deal.buyer_id
            case "seller":
                return get_shop(self.store, deal.shop_id).owner_id
            case "operator":
                return 1

    def _some_deal(self, dice: random.Random) -> Deal | None:
        """One that is open; seldom one that has ended."""
        found = self._deals()
        going = [deal for deal in found if deal.due_at is not None]
        chosen = going if going and dice.random() < 0.9 else found
        return dice.choice(chosen) if chosen else None

    def _deals(self) -> list[Deal]:
        return [Deal(*row) for row in self.store.read(_DEALS)]


_ACTS: tuple[tuple[Callable[[Walk, random.Random, list[str]], None], int], ...] = (
    (Walk._begin, 18),
    (Walk._move, 48),
    (Walk._move_twice, 3),
    (Walk._overreach, 4),
    (Walk._wait, 10),
    (Walk._work, 4),
    (Walk._act, 10),
    (Walk._ask_again, 3),
    (Walk._pay_again, 3),
    (Walk._answer_the_bank, 4),
)


def _something(name: str, deal: Deal, dice: random.Random) -> Any:
    """What may be given with a move, by its kind; an amount may be more than there is."""
    match NEEDS[name].kind:
        case "amount":
            return dice.randint(1, max(deal.total - deal.refunded, 1) + dice.choice((0, 0, 0, 50)))
        case "instant":
            return clock.now() + dice.randint(0, 3 * DAY)
        case "photos":
            return []
        case "text":
            return name


def _keeps_something(deal: Deal) -> bool:
    state = deal.rules.states[deal.state]
    return state.money == "held" or state.goods in ("held", "sold")


def _is_over(deal: Deal) -> bool:
    return deal.due_at is None and deal.rules.is_final(deal.state)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What went wrong in silence: the log's tracebacks, but for those of fate and of refusals."""
    heard: list[str] = []
    handler = _Ear(heard)
    log = logging.getLogger("haat")
    before = log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield heard
    finally:
        log.removeHandler(handler)
        log.propagate = before


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__()
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, (HaatError, Broken)):
            self._heard.append(f"{record.getMessage()} {type(error).__name__}: {error}")


def shortest(seeds: Sequence[int], still_fails: Callable[[Sequence[int]], bool]) -> list[int]:
    """Leave out what the failure does not need: halves first, then quarters, down to single steps."""
    left, size = [*seeds], max(len(seeds) // 2, 1)
    while size:
        start = 0
        while start < len(left):
            without = left[:start] + left[start + size :]
            if without and still_fails(without):
                left = without
            else:
                start += size
        size //= 2
    return left


def in_lines(told: Iterable[str]) -> str:
    return "\n".join(f"  {number:3}  {line}" for number, line in enumerate(told, 1))
