"""The access log as text and JSON that a terminal may show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from ratedsl.report.json_text import json_text
from ratedsl.report.safe import safe_text
from ratedsl.usage.access_log import BEGINNING, Entry

SCHEMA = "ratedsl.access-log/1"


def log_text(found: Sequence[Entry], wrong: Sequence[str] | None) -> str:
    """The entries, two lines each, and with `wrong` what the verification found."""
    lines = []
    for one in found:
        lines.append(f"{one.seq}  {one.at}  {one.user}  {one.action}  {one.rows}")
        lines.append(f"   {one.fields}: {one.reason}")
    if not found:
        lines.append("nobody saw data of this database in full, and nothing was purged")
    if wrong is not None:
        lines += [f"tampered: {one}" for one in wrong]
        if not wrong:
            lines.append(f"the log is whole: {len(found)} entries, the last hash {_last(found)}")
    return "".join(f"{safe_text(line)}\n" for line in lines)


def log_json(found: Sequence[Entry], wrong: Sequence[str] | None) -> str:
    """As `log_text`, for a program; `verified` is null where nobody asked."""
    return json_text(
        {
            "schema": SCHEMA,
            "entries": [asdict(one) for one in found],
            "verified": None if wrong is None else not wrong,
            "faults": list(wrong or ()),
            "last_hash": _last(found),
        }
    )


def _last(found: Sequence[Entry]) -> str:
    return found[-1].hash if found else BEGINNING
