"""What each diagnostic code means: why it is found, and an example wrong and right.

The texts stand in codes.toml beside this module. `docs/codes.md` is made from them by
`python -m ratedsl.checks.codes`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

_PLAN = """\
plan demo "Demo"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
"""
_ZONE = """\
zone national "Portugal"
  prefix    +351
"""
_WINDOWS = """\
window peak
  hours     mon-fri 08:00-20:00
window off-peak
  hours     otherwise
"""
FRAME = _PLAN + _ZONE + _WINDOWS
"""The plan below which an example stands that has no plan of its own."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code with a title, the reason, and an example that gives it and one that does not.

    An example of a `library` stands alone, without a plan.
    """

    code: str
    title: str
    why: str
    wrong: str
    right: str
    library: bool = False

    def whole(self, example: str) -> str:
        """The example as a file of its own.

        Below a warning's example stands only what it names, since more would be warned of too.
        """
        if self.library or any(line.startswith("plan ") for line in example.splitlines()):
            return f"{example}\n"
        if self.code.startswith("E"):
            return f"{FRAME}{example}\n"
        zone = _ZONE if " national" in example else ""
        windows = _WINDOWS if "peak" in example else ""
        return f"{_PLAN}{zone}{windows}{example}\n"


@dataclass(frozen=True, slots=True)
class ChangeCode:
    """A class of changes that `diff` finds, and an example: the plan before and after it."""

    code: str
    title: str
    why: str
    before: str
    after: str

    def whole(self, example: str) -> str:
        """The example as a file of its own."""
        return f"{_PLAN}{example}\n"


@dataclass(frozen=True, slots=True)
class BillCode:
    """A finding of a computed bill, which no plan alone can show, and what to do about it."""

    code: str
    title: str
    why: str
    mend: str


def _entries() -> list[tuple[str, dict[str, str]]]:
    text = (Path(__file__).parent / "codes.toml").read_text(encoding="utf-8")
    return sorted(tomllib.loads(text).items())


def _read() -> dict[str, Code]:
    return {
        code: Code(
            code,
            entry["title"],
            entry["why"],
            entry["wrong"].strip("\n"),
            entry["right"].strip("\n"),
            bool(entry.get("library", False)),
        )
        for code, entry in _entries()
        if "wrong" in entry
    }


def _read_changes() -> dict[str, ChangeCode]:
    return {
        code: ChangeCode(
            code,
            entry["title"],
            entry["why"],
            entry["before"].strip("\n"),
            entry["after"].strip("\n"),
        )
        for code, entry in _entries()
        if code.startswith("D")
    }


def _read_bills() -> dict[str, BillCode]:
    return {
        code: BillCode(code, entry["title"], entry["why"], entry["mend"])
        for code, entry in _entries()
        if "mend" in entry
    }


CODES = _read()
"""Every code that `check` can give, in order."""

CHANGE_CODES = _read_changes()
"""Every code that `diff` can give, in order."""

BILL_CODES = _read_bills()
"""Every code that `rate --lint` gives of a bill beside those of its plan, in order."""


def page() -> str:
    """The reference page of all codes, in Markdown."""
    parts = [
        "# Diagnostic codes",
        "",
        "`ratedsl explain CODE` prints one of these. `E0xx` is syntax, `E1xx` names, `E2xx` dates "
        "and windows, `E3xx` money, units and tiers, `E4xx` tests, `W5xx` warnings, and `D6xx` "
        "classes of change, which `ratedsl diff` gives ([reviews.md](reviews.md)). A comment "
        "`# allow W5xx: the reason` takes a warning out on its line, or on the line below it.",
    ]
    for code in CODES.values():
        parts += ["", f"## {code.code}: {code.title}", "", code.why, "", "Wrong:", ""]
        parts += ["```", code.wrong, "```", "", "Right:", "", "```", code.right, "```"]
    for bill in BILL_CODES.values():
        parts += ["", f"## {bill.code}: {bill.title}", "", bill.why, ""]
        parts += [f"Found on a bill, by `ratedsl rate --lint`. {bill.mend}"]
    for change in CHANGE_CODES.values():
        parts += ["", f"## {change.code}: {change.title}", "", change.why, "", "Before:", ""]
        parts += ["```", change.before, "```", "", "After:", "", "```", change.after, "```"]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    Path("docs/codes.md").write_text(page(), encoding="utf-8")
