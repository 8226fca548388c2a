"""The tables of what accounts were billed and what they paid, in the same forms as the others.

A bill once issued does not change: what puts it right is a credit on a later one. `body` is the
invoice as it was, in JSON with its lines in full; a bill that came from elsewhere has none.
"""

from __future__ import annotations

BILLS: dict[str, dict[str, type]] = {
    "invoices": {
        "number": str,
        "account": str,
        "plan": str,
        "plan_hash": str,
        "currency": str,
        "start": str,
        "day": str,
        "due": str,
        "total": str,
        "at_once": int,
        "issued": str,
        "body": str,
    },
    "payments": {
        "id": str,
        "account": str,
        "amount": str,
        "currency": str,
        "day": str,
        "reference": str,
    },
    "deposits": {
        "id": str,
        "account": str,
        "amount": str,
        "currency": str,
        "held": str,
        "applied": str,
        "returned": str,
    },
    "autopay": {"account": str, "start": str, "end": str},
    # The last number of each issuer's bills, which stays when bills are purged.
    "series": {"issuer": str, "last": int},
}

BILL_KEYS: dict[str, tuple[str, ...]] = {
    "invoices": ("number",),
    "payments": ("id",),
    "deposits": ("id",),
    "autopay": ("account", "start"),
    "series": ("issuer",),
}

BILL_INDEXES: list[tuple[str, tuple[str, ...], bool]] = [
    ("invoices", ("account", "day"), False),
    ("payments", ("account", "day"), False),
    ("deposits", ("account", "held"), False),
]
