"""When sessions and tokens were last used, written down every few minutes at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from haat.kernel import clock
from haat.kernel.clock import MINUTE
from haat.market.accounts import queries
from haat.store import Store

if TYPE_CHECKING:
    from haat.config.schema import Accounts as Rules

_EVERY = 5 * MINUTE
_MOST_REMEMBERED = 50_000


class Presence:
    """Remembers what this process wrote down lately, so that most requests cost nothing. One to a process."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store = store
        self._rules = rules
        self._written_at: dict[int | bytes, int] = {}

    def see_session(self, session_id: int) -> None:
        """A session was used: it lasts on from now."""
        if self._is_due(session_id):
            now = clock.now()
            values = {
                "session": session_id,
                "at": now,
                "until": now + self._rules.session,
                "unless_since": now - _EVERY,
            }
            self._store.write(lambda tx: tx.run(queries.SEEN, **values))

    def see_token(self, secret_hash: bytes) -> None:
        """A token was used."""
        if self._is_due(secret_hash):
            now = clock.now()
            values = {"secret": secret_hash, "at": now, "unless_since": now - _EVERY}
            self._store.write(lambda tx: tx.run(queries.TOKEN_USED, **values))

    def _is_due(self, who: int | bytes) -> bool:
        now = clock.now()
        if now - self._written_at.get(who, 0) < _EVERY:
            return False
        if len(self._written_at) >= _MOST_REMEMBERED:
            self._written_at.clear()
        self._written_at[who] = now
        return True
