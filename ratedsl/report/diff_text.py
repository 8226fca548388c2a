"""Changes between versions of plans as text, by plan and record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from ratedsl.diff.change import CLASSES, Change, PlanDiff
from ratedsl.report.paint import painter
from ratedsl.report.safe import safe_text

_GRAVE = frozenset({"price-up", "allowance-down", "retroactive", "removed"})


def diff_text(diffs: Sequence[PlanDiff], *, colour: bool = False) -> str:
    """The changes of each plan and record, a line each with its classes and its place."""
    paint = painter(colour)
    lines = []
    for diff in changed(diffs):
        hashes = " → ".join(text[:12] or "none" for text in (diff.old, diff.new))
        title = f"{safe_text(diff.title)} ({safe_text(diff.plan)})" if diff.title else diff.plan
        lines += [f"{safe_text(diff.path)}: {title}  {hashes}"]
        for record, name, changes in by_record(diff):
            quoted = f' "{safe_text(name)}"' if name else ""
            lines.append(f"  {safe_text(record)}{quoted}")
            for change in changes:
                labels = " ".join(
                    paint("error" if name in _GRAVE else "warning", f"[{label}]")
                    for name, label in zip(change.classes, change.labels, strict=True)
                )
                lines.append(f"    {safe_text(change.words)}  {labels}")
                lines.append(f"      {safe_text(change.at.place)}")
        lines.append("")
    lines.append(summary(diffs))
    return "\n".join(lines) + "\n"


def changed(diffs: Sequence[PlanDiff]) -> list[PlanDiff]:
    """The plans in which something changed."""
    return [diff for diff in diffs if diff.changes]


def summary(diffs: Sequence[PlanDiff]) -> str:
    """How many changes of which class there are, in one line."""
    count: Counter[str] = Counter()
    total = 0
    for diff in diffs:
        for change in diff.changes:
            total += 1
            count.update(change.classes)
    if not total:
        return "no change of meaning"
    listed = ", ".join(f"{count[name]} {name}" for name in CLASSES if count[name])
    plans = len(changed(diffs))
    return (
        f"{total} change{'s' if total != 1 else ''} in {plans} plan{'s' if plans != 1 else ''}: "
        f"{listed}"
    )


def by_record(diff: PlanDiff) -> list[tuple[str, str, list[Change]]]:
    """The changes of each record, with its title, in the order of the diff."""
    grouped = groupby(diff.changes, key=lambda one: (one.record, one.title))
    return [(record, title, list(changes)) for (record, title), changes in grouped]
