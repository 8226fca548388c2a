"""Cases of other billing systems: each is a plan that proves it, or is listed with its reason.

`UPDATE=1 python -m pytest tests/test_worked.py` writes the generated parts of docs/cases.md.
The lists of cases stand beside the project, `../shared/cases`; where they do not, what needs
them is skipped.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from ratedsl.plan.load import load
from ratedsl.testing.run import run_tests

ROOT = Path(__file__).parent.parent
WORKED = ROOT / "tests" / "cases" / "worked"
FILES = sorted(WORKED.rglob("*.rate"))
PAGE = ROOT / "docs" / "cases.md"
LISTS = ROOT.parent / "shared" / "cases"
RATING, PLANS, TAXES = (LISTS / f"{name}.yaml" for name in ("rating", "plans", "tax"))
KINDS = {"sound": "sound", "quirk": "quirk", "known_wrong": "known wrong"}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

needs_lists = pytest.mark.skipif(
    not (RATING.exists() and PLANS.exists() and TAXES.exists()),
    reason="the lists of cases (../shared/cases/*.yaml) are not beside the project",
)


@dataclass
class Proof:
    """One inline test that proves a case, or a part of one."""

    path: Path
    passed: bool
    currency: str
    expected: list[tuple[str, Decimal]] = field(default_factory=list)
    rejected: bool = False


@dataclass
class Case:
    """A case as its list gives it; `figures` are what is expected, by name."""

    kind: str
    figures: dict[str, str]

    @property
    def unit(self) -> str:
        return self.figures.get("unit", "")


def _case_of(title: str) -> str:
    return title.split()[0].rstrip(",:")


@cache
def proofs() -> dict[str, list[Proof]]:
    """The inline tests of all worked plans by case."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for path in FILES:
        plan = load(path).plan
        if plan is None:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for result in run_tests(plan):
            proof = Proof(path, result.passed, plan.currency)
            for line in lines[result.at.line :]:
                words = line.split()
                if line[:1].strip() or not words:
                    break
                if words[0] != "expect":
                    continue
                proof.rejected = proof.rejected or words[1] == "rejected"
                if words[1:3] == ["next", "cycle"]:
                    # A list gives the day of the month on which bills close.
                    proof.expected.append(("cycle", Decimal(words[-1].split("-")[2])))
                if NUMBER.fullmatch(words[-2]):
                    proof.expected.append((words[1], abs(Decimal(words[-2]))))
            found[_case_of(result.title)].append(proof)
    return found


def section(title: str) -> list[str]:
    """The first column of the table in a section of the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    rows = re.findall(r"^\| (.+?) \|", found[1], re.MULTILINE)
    return rows[1:]


@cache
def out_of_scope() -> list[str]:
    return section("Out of scope")


def kind_of(case: str) -> str:
    """The kind of a case, as the page files it."""
    if re.fullmatch(r"P\d+", case):
        return "plan case"
    if re.fullmatch(r"T\d+", case):
        return "tax case"
    if case in section("Where systems differ"):
        return "quirk"
    return "known wrong" if case in section("Where the source is wrong") else "sound"


def read(path: Path) -> dict[str, Case]:
    """The cases of a list, as far as a few regular expressions can read YAML."""
    cases = {}
    for block in re.split(r"^- id: ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, rest = block.split("\n", 1)
        kind = re.search(r"^  kind: (\S+)", rest, re.MULTILINE)
        expected = re.search(r"^  expected:\n((?:    .*\n?)*)", rest, re.MULTILINE)
        assert kind is not None and expected is not None, name
        figures = dict(re.findall(r"^    (\w+): '?([^'\n]+)'?$", expected[1], re.MULTILINE))
        cases[name] = Case(kind[1], figures)
    return cases


# ---- the plans prove themselves ------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(WORKED)))
def test_a_worked_plan_checks_clean_and_proves_itself(path: Path) -> None:
    loaded = load(path)
    assert loaded.diagnostics == ()
    assert loaded.plan is not None
    results = run_tests(loaded.plan)
    assert results
    assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(WORKED)))
def test_a_worked_plan_says_its_terms_above_it(path: Path) -> None:
    comment = path.read_text(encoding="utf-8").split("plan ")[0]
    assert comment.startswith("# ")


def test_what_is_out_of_scope_has_no_plan() -> None:
    assert set(out_of_scope()) & set(proofs()) == set()
    assert len(set(out_of_scope())) == len(out_of_scope())


# ---- the lists -----------------------------------------------------------------------------


@needs_lists
def test_every_case_is_proved_or_out_of_scope() -> None:
    listed = set(read(RATING)) | set(read(PLANS)) | set(read(TAXES))
    assert set(proofs()) | set(out_of_scope()) == listed


@needs_lists
def test_the_page_files_each_case_by_its_kind() -> None:
    wrong = {
        name: kind_of(name)
        for name, one in read(RATING).items()
        if kind_of(name) != KINDS[one.kind]
    }
    assert wrong == {}


def wanted(name: str, case: Case) -> dict[str, list[Decimal]]:
    """The figures that the tests of a case have to show; the right ones where two are given."""
    unseen = section("Figures that no test shows")
    figures = {}
    for key, text in case.figures.items():
        if key == "amount" and "correct" in case.figures:
            continue
        parts = [part.strip() for part in text.split(",")]
        if f"{name} {key}" in unseen or not all(NUMBER.fullmatch(part) for part in parts):
            continue
        figures[key] = [abs(Decimal(part)) for part in parts]
    return figures


def shown(mine: list[Proof]) -> set[Decimal]:
    """What the tests expect, and the sum of what the bills or discounts of a case come to."""
    expected = sorted(pair for proof in mine for pair in proof.expected)
    values = {value for _, value in expected}
    for what, pairs in groupby(expected, key=lambda pair: pair[0]):
        if what in ("item", "discount"):
            values.add(sum((value for _, value in pairs), Decimal(0)))
    # One list gives pence, a plan gives pounds.
    if mine[0].currency == "GBP":
        values |= {value * 100 for value in values}
    return values


@needs_lists
@pytest.mark.parametrize("case", sorted(proofs()))
def test_a_case_expects_what_its_list_gives(case: str) -> None:
    given = (read(RATING) | read(PLANS) | read(TAXES))[case]
    mine = proofs()[case]
    if given.unit.startswith("sentinel"):
        assert any(proof.rejected for proof in mine)
        return
    missing = {
        key: values for key, values in wanted(case, given).items() if not set(values) <= shown(mine)
    }
    assert missing == {}
    currency = given.unit.split()[0] if given.unit else ""
    if re.fullmatch(r"[A-Z]{3}", currency):
        assert {proof.currency for proof in mine} == {currency}


# ---- the page ------------------------------------------------------------------------------


def counts() -> str:
    rows = defaultdict(list)
    for name in [*proofs(), *out_of_scope()]:
        rows[kind_of(name)].append(name)
    lines = ["| | cases | expressed | passing | out of scope |", "|---|--:|--:|--:|--:|"]
    total = [0, 0, 0, 0]
    for kind in ("sound", "quirk", "known wrong", "plan case", "tax case"):
        mine = [proofs()[name] for name in rows[kind] if name in proofs()]
        passing = [one for one in mine if all(proof.passed for proof in one)]
        row = [len(rows[kind]), len(mine), len(passing), len(rows[kind]) - len(mine)]
        total = [a + b for a, b in zip(total, row, strict=True)]
        label = kind if kind.endswith(" case") else f"rating, {kind}"
        lines.append(f"| {label} | " + " | ".join(map(str, row)) + " |")
    lines.append("| **all** | " + " | ".join(f"**{number}**" for number in total) + " |")
    return "\n".join(lines)


def files() -> str:
    by_file = defaultdict(set)
    for name, mine in proofs().items():
        for proof in mine:
            by_file[proof.path].add(name)
    lines = ["| plan | cases |", "|---|---|"]
    for path in sorted(by_file):
        link = path.relative_to(WORKED).as_posix()
        lines.append(
            f"| [{link}](../tests/cases/worked/{link}) | {', '.join(sorted(by_file[path]))} |"
        )
    return "\n".join(lines)


def test_the_page_counts_what_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, body in (("counts", counts()), ("files", files())):
        text = re.sub(
            rf"<!-- {name} -->\n.*?<!-- /{name} -->",
            lambda _, name=name, body=body: f"<!-- {name} -->\n{body}\n<!-- /{name} -->",
            text,
            flags=re.DOTALL,
        )
    if os.environ.get("UPDATE"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text
