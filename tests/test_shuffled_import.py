"""What a database is made from may come in any order, and in parts: the bills are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.invoice import Invoice
from ratedsl.billing.replay import by_clock_of
from ratedsl.billing.sides import Plans
from ratedsl.rating.events import Account, Event
from tests.strategies.replay import held, plans_of
from tests.strategies.stored import store_shuffled
from tests.strategies.usage import Case, cases


@pytest.mark.slow
@given(case=cases(), seed=st.integers(0, 2**32))
def test_shuffled_files_make_the_same_bills(case: Case, seed: int) -> None:
    with TemporaryDirectory() as folder, store_shuffled(case, Path(folder), Random(seed)) as store:
        account, events = store.account("X"), store.events_of("X")
    # Its zone matters only where the plan follows it; it is called by its id.
    own = replace(account, timezone=case.account.timezone, name="")
    plans = by_clock_of(plans_of(case), own)
    assert invoices(plans, own, events) == invoices(plans, case.account, case.events)


def invoices(plans: Plans, account: Account, events: list[Event]) -> list[Invoice]:
    cycles = held(plans, account, events)
    return [one.invoice for one in bill_cycles(plans, account, events, cycles)]
