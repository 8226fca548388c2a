"""Everything the app asks of the rest of the product, in one place.

The app's tests put their own functions here. The real ones load when they are first called,
on a background lane, because the first frame does not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ratedsl.billing.delta import Delta
    from ratedsl.billing.invoice import Invoice
    from ratedsl.preview import Around, Bill, Checked, Cycle
    from ratedsl.rating.events import Account, Event


class UsageTrouble(Exception):
    """Why usage cannot be read, in one line for the user."""


class BillAccount(Protocol):
    """The signature of `ratedsl.preview.bill_account`."""

    def __call__(
        self,
        plan: object,
        account: Account,
        events: list[Event],
        cycle: str,
        cancelled: Callable[[], bool],
        around: Around,
    ) -> Bill | None:
        """The account's bill of one cycle, or None if cancelled."""


def _check_text(path: str, text: str) -> Checked:
    from ratedsl.preview import check_text  # noqa: PLC0415

    return check_text(path, text)


def _cycles_of(
    plan: object, account: Account, events: list[Event], around: Around
) -> tuple[Cycle, ...]:
    from ratedsl.preview import cycles_of  # noqa: PLC0415

    return cycles_of(plan, account, events, around)


def _bill_account(
    plan: object,
    account: Account,
    events: list[Event],
    cycle: str,
    cancelled: Callable[[], bool],
    around: Around,
) -> Bill | None:
    from ratedsl.preview import bill_account  # noqa: PLC0415

    return bill_account(plan, account, events, cycle, cancelled, around)


def _compare(old: Invoice | None, new: Invoice) -> Delta:
    from ratedsl.billing.delta import compare  # noqa: PLC0415

    return compare(old, new)


def _plan_root(path: Path) -> Path:
    from ratedsl.plan.files import plan_root  # noqa: PLC0415

    return plan_root(path)


def _accounts(usage: Path) -> list[Account]:
    from ratedsl.usage.store import Store, StoreError  # noqa: PLC0415

    try:
        with Store.open(usage) as store:
            return store.accounts()
    except StoreError as error:
        raise UsageTrouble(str(error)) from error


def _events(usage: Path, account: str) -> list[Event]:
    from ratedsl.usage.store import Store, StoreError  # noqa: PLC0415

    try:
        with Store.open(usage) as store:
            return store.events_of(account)
    except StoreError as error:
        raise UsageTrouble(str(error)) from error


def _around(usage: Path, accounts: Sequence[Account]) -> Around:
    from ratedsl.preview import Around  # noqa: PLC0415
    from ratedsl.usage.store import Store, StoreError  # noqa: PLC0415

    try:
        with Store.open(usage) as store:
            return Around(store.extent(), accounts)
    except StoreError as error:
        raise UsageTrouble(str(error)) from error


def _unmask(usage: Path, account: str, reason: str) -> None:
    from ratedsl.usage.access_log import record_unmasking  # noqa: PLC0415
    from ratedsl.usage.store import StoreError  # noqa: PLC0415

    try:
        record_unmasking(usage, reason, f"account {account}, in the app", "name, lines, numbers")
    except StoreError as error:
        raise UsageTrouble(str(error)) from error


def _now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True)
class Services:
    """The functions the app calls. All but `now` run on a background lane."""

    check_text: Callable[[str, str], Checked] = _check_text
    cycles_of: Callable[[object, Account, list[Event], Around], tuple[Cycle, ...]] = _cycles_of
    bill_account: BillAccount = _bill_account
    compare: Callable[[Invoice | None, Invoice], Delta] = _compare
    plan_root: Callable[[Path], Path] = _plan_root
    accounts: Callable[[Path], list[Account]] = _accounts
    events: Callable[[Path, str], list[Event]] = _events
    around: Callable[[Path, Sequence[Account]], Around] = _around
    unmask: Callable[[Path, str, str], None] = _unmask
    now: Callable[[], datetime] = _now
