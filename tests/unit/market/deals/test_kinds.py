"""Each kind of listing names a process; where the process is not there, nobody can list."""

from __future__ import annotations

from typing import get_args

import pytest

from haat.kernel.errors import Refused
from haat.market.catalogue.listing import Kind
from haat.market.deals.kinds import PROCESS_OF, is_dealt, require_process
from haat.market.deals.library import every

KINDS = get_args(Kind)


def test_every_kind_has_a_process_of_its_own() -> None:
    assert set(PROCESS_OF) == set(KINDS)
    assert len(set(PROCESS_OF.values())) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_dealt_in_once_its_process_is_there(kind: Kind) -> None:
    assert is_dealt(kind) == (PROCESS_OF[kind] in {process.name for process in every()})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if is_dealt(kind)])
def test_a_listing_of_such_a_kind_may_be_made(kind: Kind) -> None:
    require_process(kind)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not is_dealt(kind)])
def test_a_listing_of_another_is_refused_with_the_process_that_is_missing(kind: Kind) -> None:
    with pytest.raises(Refused) as refused:
        require_process(kind)
    assert PROCESS_OF[kind] in refused.value.why
    assert "market.kinds" in refused.value.try_
