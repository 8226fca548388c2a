"""What the other strategies write records with."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

CENTS = st.integers(0, 300).map(lambda n: f"{n // 100}.{n % 100:02}")
STEPS = st.sampled_from(["1 s", "6 s", "30 s", "60 s"])
PRORATED = st.sampled_from(
    [
        "by day, counting the first day",
        "by day, counting the last day",
        "by day, counting the first and last day",
        "by second",
        "by 30-day month actual",
        "by 30-day month 30/360",
        "not",
    ]
)


@dataclass
class Feature:
    """A part of a plan: its records, its facts of the plan itself, and its files.

    `names` are the charges that it brings, for others to name.
    """

    records: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


def record(header: str, facts: list[str]) -> str:
    return "\n".join([header, *(f"  {fact}" for fact in facts)]) + "\n"


def maybe(draw: st.DrawFn, text: str) -> list[str]:
    return [text] if draw(st.booleans()) else []


def one_of(draw: st.DrawFn, *texts: str) -> str:
    return draw(st.sampled_from(texts))
