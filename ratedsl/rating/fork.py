"""A rater that goes on from where another one stands: the state carried from event to event.

Replay can so stop at any event and go on later, twice if need be: what is rated after the fork by
one of the two leaves the other as it was.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ratedsl.rating.reference import AccountRater


def _frozen(mapping: Mapping[object, object]) -> tuple[object, tuple[dict[object, object]]]:
    return MappingProxyType, (dict(mapping),)


# Attributes of events and lines are read-only mappings, which Python cannot copy by itself.
copyreg.pickle(MappingProxyType, _frozen)  # type: ignore[arg-type]


def fork(rater: AccountRater) -> AccountRater:
    """An independent rater in the same state, over the same tables and account.

    All that a rater knows is copied, whatever the books that it keeps; what it only looks up (the
    plan and its records, its tables, the account) is shared.
    """
    shared: list[object] = [rater.tables, rater.plan, rater.account, rater.cycles, rater.cycle]
    plan = rater.plan
    for name in type(plan).model_fields:
        value = getattr(plan, name)
        shared += value if isinstance(value, tuple) else [value]
    return deepcopy(rater, {id(one): one for one in shared})
