"""Pages on a server, for all processes and machines of the stack.

A server that is away, slow, full or refuses costs one request a few tens of milliseconds; then nobody asks it for some seconds, and pages are
made as if there were none.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from haat.cache.in_lua import pieces
from haat.cache.looks import SharedLook
from haat.cache.names import Names
from haat.cache.orders import Orders
from haat.cache.page import Key, Page
from haat.cache.pattern import Pattern
from haat.cache.port import CLAIM, GRACE, LARGEST, Claim, Sought
from haat.cache.server import Server
from haat.kernel import clock
from haat.kernel.errors import Unavailable

PATIENCE = 0.05  # seconds that a request waits for the server
AWAY = 3.0  # seconds for which a server that failed is left alone
_LONGEST_NAME = 1000  # characters
_STAMP = 20  # digits before each page: how often pages had been cleared when it was begun
_BEFORE_CLEARING = 1.0  # seconds for which a page is kept elsewhere that is older than the last order to clear
_NOBODYS = ""  # the token of who makes a page while the server cannot say whose it is

T = TypeVar("T")
_log = logging.getLogger(__name__)


class SharedPages:
    """Pages on a server, each for `life` seconds."""

    def __init__(self, server: Server, names: Names, life: float) -> None:
        self._server = server
        self._names = names
        self._life = life
        self._hits = self._misses = self._failures = 0
        self._ask_again_at = 0.0
        self._why_away = ""
        self._lock = threading.Lock()

    def seek(self, key: Key) -> Sought:
        name = self._names.page(key)
        if len(name) > _LONGEST_NAME:
            return _make_it_yourself(key)
        token = secrets.token_hex(8)
        found = self._asked(
            lambda: self._server.run(
                _SEEK, [name, self._names.claim(key), self._names.cleared], token, _ms(CLAIM), _ms(GRACE)
            )
        )
        if found is None:
            return _make_it_yourself(key)
        written, left, seen, is_ours = found
        page = None if written is None else Page.read(written[_STAMP:], monotonic() + _rest(left / 1000, written, seen))
        if left > 0:
            self._hits += page is not None
            return _make_it_yourself(key) if page is None else Sought(page, None)
        self._misses += 1
        return Sought(page, Claim(key, token, seen.decode()) if is_ours else None)

    def prolong(self, claim: Claim) -> None:
        if claim.token != _NOBODYS:
            self._asked(lambda: self._server.run(_PROLONG, [self._names.claim(claim.key)], claim.token, _ms(CLAIM)))

    def keep(self, claim: Claim, page: Page) -> bool:
        if claim.token == _NOBODYS or page.size > LARGEST * 5 // 4:
            self.give_up(claim)
            return False
        names = [self._names.page(claim.key), self._names.claim(claim.key), self._names.cleared]
        written = claim.seen.zfill(_STAMP).encode() + page.written()
        kept = self._asked(
            lambda: self._server.run(_KEEP, names, claim.token, claim.seen, _ms(self._life + GRACE), written)
        )
        return kept == 1

    def give_up(self, claim: Claim) -> None:
        if claim.token != _NOBODYS:
            self._asked(lambda: self._server.run(_GIVE_UP, [self._names.claim(claim.key)], claim.token))

    def clear(self, pattern: Pattern) -> int:
        """As every shelf does; where the server does not answer nothing is cleared, and 0 comes back."""
        return self._asked(lambda: clear(self._server, self._names, pattern)) or 0

    def orders(self) -> Orders | None:
        """What was cleared last, on whichever machine; None while the server cannot say."""
        return self._asked(lambda: _orders(self._server, self._names))

    def ping(self) -> float | None:
        """How long the server takes to answer, in milliseconds; None when it does not. It is asked even while it is left alone."""
        try:
            return self._server.ping()
        except Unavailable:
            return None

    def look(self) -> SharedLook:
        return SharedLook(str(self._server.address), self._hits, self._misses, self._failures, self._why_away)

    def _asked(self, ask: Callable[[], T]) -> T | None:
        """The answer, or None: quickly where the server failed a moment ago."""
        if self._why_away and not self._is_our_turn():
            return None
        try:
            answer = ask()
        except Unavailable as error:
            self._leave_alone(error)
            return None
        if self._why_away:
            self._come_back()
        return answer

    def _is_our_turn(self) -> bool:
        """One at a time tries whether a server that failed is there again."""
        with self._lock:
            now = monotonic()
            if now < self._ask_again_at:
                return False
            self._ask_again_at = now + AWAY
            return True

    def _leave_alone(self, error: Unavailable) -> None:
        with self._lock:
            is_news = not self._why_away
            self._failures += 1
            self._why_away = f"{error.what} {error.why}"
            self._ask_again_at = monotonic() + AWAY
        if is_news:
            _log.warning("Pages are made without the cache. %s %s", error.what, error.why)

    def _come_back(self) -> None:
        with self._lock:
            is_news, self._why_away = bool(self._why_away), ""
        if is_news:
            _log.warning("The cache answers again.")


def clear(server: Server, names: Names, pattern: Pattern) -> int:
    """Throw away the pages that fit, and tell all machines; returns how many there were. Raises Unavailable."""
    server.run(_ORDER, [names.cleared, names.orders], clock.now(), pattern.text, _MOST_ORDERS)
    return server.go_through(names.pages, _CLEAR, "", *pieces(pattern))


def left_over(server: Server, names: Names, pattern: Pattern) -> int:
    """How many pages that fit are older than the last order to clear. Raises Unavailable."""
    newest = str(_orders(server, names).number).zfill(_STAMP)
    return server.go_through(names.pages, _COUNT_OLDER, newest, *pieces(pattern))


def _orders(server: Server, names: Names) -> Orders:
    number, last = server.run(_ORDERS, [names.cleared, names.orders], clock.now())
    given = [one.decode().partition(" ") for one in last]
    return Orders(int(number), {int(each): text for each, _, text in given})


def _rest(left: float, written: bytes, seen: bytes) -> float:
    """For how many seconds a page may be kept elsewhere. It may be one that was meant to be cleared, and only waits for it: the order is
    told first, and whoever has followed it would not throw the page away again.
    """
    return min(left, _BEFORE_CLEARING) if written[:_STAMP] < seen.zfill(_STAMP) else left


def _make_it_yourself(key: Key) -> Sought:
    return Sought(None, Claim(key, _NOBODYS, ""))


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


_MOST_ORDERS = 20

# A page whose time is up comes with a negative rest, until its grace is over too.
_SEEK = """
local page = redis.call('GET', KEYS[1])
local left = page and redis.call('PTTL', KEYS[1]) - ARGV[3] or 0
local seen = redis.call('GET', KEYS[3]) or ''
if left > 0 then return {page, left, seen, 0} end
local is_ours = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
return {page, left, seen, is_ours and 1 or 0}
"""

_PROLONG = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end"

_KEEP = """
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('UNLINK', KEYS[2]) end
if (redis.call('GET', KEYS[3]) or '') ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[3])
return 1
"""

_GIVE_UP = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('UNLINK', KEYS[1]) end"

# A portion of names (see Server.go_through), of which those are meant in whose address all pieces follow each other. To the replicas of a server before 7
# goes what was done, and not the script: it would find other names there.
_MEANT = """
redis.replicate_commands()
local found = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
local function is_meant(name)
  local at = string.find(name, '|', 1, true) or #name
  for piece = 5, #ARGV do
    local _, last = string.find(name, ARGV[piece], at + 1)
    if not last then return false end
    at = last
  end
  return true
end
local meant = {}
for _, name in ipairs(found[2]) do
  if is_meant(name) then meant[#meant + 1] = name end
end
"""

_CLEAR = f"""{_MEANT}
return {{found[1], #meant > 0 and redis.call('UNLINK', unpack(meant)) or 0}}
"""

_COUNT_OLDER = f"""{_MEANT}
local count = 0
for _, name in ipairs(meant) do
  local stamp = redis.call('GETRANGE', name, 0, {_STAMP - 1})
  if stamp ~= '' and stamp < ARGV[4] then count = count + 1 end
end
return {{found[1], count}}
"""

# The number begins with the time: where it was lost it is another one, and never one that was there.
_ORDER = """
redis.call('SET', KEYS[1], ARGV[1], 'NX')
local number = redis.call('INCR', KEYS[1])
redis.call('LPUSH', KEYS[2], string.format('%.0f', number) .. ' ' .. ARGV[2])
redis.call('LTRIM', KEYS[2], 0, ARGV[3] - 1)
"""

_ORDERS = """
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return {redis.call('GET', KEYS[1]), redis.call('LRANGE', KEYS[2], 0, -1)}
"""
