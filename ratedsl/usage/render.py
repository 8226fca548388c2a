"""Imports, samples and counts as text and JSON that a terminal may show.

Numbers are masked in both. Of a rejected row only its shape is shown: it may hold numbers and
names in any place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ratedsl.report.json_text import json_text
from ratedsl.report.safe import safe_text
from ratedsl.usage.batches import Totals
from ratedsl.usage.privacy import mask_row, mask_text
from ratedsl.usage.sample import Made, Sample
from ratedsl.usage.statistics import ServiceCount, Statistics

ROW_WIDTH = 100
SCHEMA = "ratedsl.usage/1"

Rejects = Sequence[tuple[int, str, str]]


def import_text(file: str, database: str, totals: Totals, rejects: Rejects) -> str:
    """What an import did, and the first rows that it rejected."""
    lines = [
        f"imported {shown(file)} into {safe_text(database)} as batch {totals.batch}",
        *_table(_parts(totals)),
    ]
    if totals.rejected:
        lines += ["", "rejected rows"]
        for number, reason, row in rejects:
            lines.append(f"  line {number}: {shown(reason)}")
            lines.append(f"    {_cut(mask_row(safe_text(row)))}")
        if totals.rejected > len(rejects):
            more = totals.rejected - len(rejects)
            lines.append(f"  and {more:,} more, all in the table `rejects`")
    return "\n".join(lines)


def import_json(file: str, database: str, totals: Totals, rejects: Rejects) -> str:
    """As `import_text`, for a program."""
    return _json(
        {
            "file": mask_text(file),
            "database": database,
            **_totals(totals),
            "first_rejects": [
                {"line": number, "reasons": mask_text(reason).split("; "), "row": mask_row(row)}
                for number, reason, row in rejects
            ],
        }
    )


def sample_text(database: str, sample: Sample, made: Made) -> str:
    """What the sample is, and whether it was made or was there."""
    did = "made the sample in" if made.new else "nothing to do, the same sample is in"
    months = f"{sample.months} month{'s' if sample.months > 1 else ''}"
    return (
        f"{did} {safe_text(database)}: {sample.accounts:,} accounts,"
        f" {made.totals.stored:,} events, {months} from {sample.first}, seed {sample.seed}"
    )


def sample_json(database: str, sample: Sample, made: Made) -> str:
    """As `sample_text`, for a program."""
    return _json(
        {
            "database": database,
            "new": made.new,
            "accounts": sample.accounts,
            "months": sample.months,
            "seed": sample.seed,
            "first_day": sample.first.isoformat(),
            **_totals(made.totals),
        }
    )


def stats_text(database: str, found: Statistics) -> str:
    """What a database holds."""
    period = "none" if found.first is None else f"{_day(found.first)} to {_day(found.last)} (UTC)"
    counts = [("accounts", found.accounts), ("lines", found.lines), ("events", found.events)]
    counts += [(name, count) for name, count in found.records if count]
    width = max(len(name) for name, _ in counts)
    lines = [
        f"usage in {safe_text(database)}",
        *_table([(name, f"{count:,}") for name, count in counts]),
        f"  {'period':<{width}}  {period}",
    ]
    lines += _section(
        ("service", "events", "quantity", "lines", "roaming"),
        [
            (
                safe_text(one.service),
                f"{one.events:,}",
                _quantity(one),
                f"{one.lines:,}",
                f"{one.roaming:,}",
            )
            for one in found.services
        ],
    )
    lines += _section(
        ("plan", "accounts", "lines"),
        [(safe_text(one.plan), f"{one.accounts:,}", f"{one.lines:,}") for one in found.plans],
    )
    lines += _section(
        ("batch", "read", "stored", "duplicate", "rejected"),
        [
            (
                f"{one.totals.batch} {shown(one.file)}",
                f"{one.totals.read:,}",
                f"{one.totals.stored:,}",
                f"{one.totals.duplicate:,}",
                f"{one.totals.rejected:,}",
            )
            for one in found.batches
        ],
    )
    lines += _section(
        ("latest rejects", "rows"),
        [(shown(reason), f"{count:,}") for reason, count in found.rejects],
    )
    return "\n".join(lines)


def stats_json(database: str, found: Statistics) -> str:
    """As `stats_text`, for a program. Times are UTC milliseconds, quantities base units."""
    return _json(
        {
            "database": database,
            "accounts": found.accounts,
            "lines": found.lines,
            "events": found.events,
            **{name.replace("-", "_"): count for name, count in found.records},
            "first_start": found.first,
            "last_start": found.last,
            "services": [
                {
                    "service": one.service,
                    "events": one.events,
                    "quantity": one.quantity,
                    "lines": one.lines,
                    "roaming": one.roaming,
                }
                for one in found.services
            ],
            "plans": [
                {"plan": one.plan, "accounts": one.accounts, "lines": one.lines}
                for one in found.plans
            ],
            "batches": [
                {
                    "file": mask_text(one.file),
                    "at": one.at,
                    "content_sha256": one.content_sha256,
                    **_totals(one.totals),
                }
                for one in found.batches
            ],
            "rejects": [
                {"reason": mask_text(reason), "rows": count} for reason, count in found.rejects
            ],
        }
    )


def shown(text: str) -> str:
    """Text out of a usage file, masked and harmless."""
    # Harmless first: a control character inside a number must not hide it from the mask.
    return mask_text(safe_text(text))


def _json(tree: dict[str, object]) -> str:
    return json_text({"schema": SCHEMA, **tree}).rstrip("\n")


def _totals(totals: Totals) -> dict[str, int]:
    return {
        "batch": totals.batch,
        "read": totals.read,
        "stored": totals.stored,
        "duplicate": totals.duplicate,
        "rejected": totals.rejected,
    }


def _parts(totals: Totals) -> list[tuple[str, str]]:
    names = {"rows read": totals.read, "stored": totals.stored, "duplicate": totals.duplicate}
    return [(name, f"{count:,}") for name, count in {**names, "rejected": totals.rejected}.items()]


def _table(rows: list[tuple[str, str]]) -> list[str]:
    left, right = (max(len(row[side]) for row in rows) for side in (0, 1))
    return [f"  {name:<{left}}  {value:>{right}}" for name, value in rows]


def _section(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A blank line and a table whose first column is text and the others are numbers."""
    if not rows:
        return []
    widths = [max(len(row[at]) for row in (header, *rows)) for at in range(len(header))]
    lines = [""]
    for first, *others in (header, *rows):
        cells = [f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([f"{first:<{widths[0]}}", *cells]))
    return lines


def _quantity(one: ServiceCount) -> str:
    """In a unit for people; whole ones, rounded down."""
    if one.service == "voice":
        return f"{one.quantity // 60_000:,} min"
    if one.service == "data":
        return f"{one.quantity // 1_000_000:,} MB"
    return f"{one.quantity:,}"


def _day(ms: int | None) -> str:
    return datetime.fromtimestamp((ms or 0) // 1000, UTC).date().isoformat()


def _cut(text: str) -> str:
    return text if len(text) <= ROW_WIDTH else f"{text[: ROW_WIDTH - 1]}…"
