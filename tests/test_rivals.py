"""Large plans: records are filed so that few are compared, and nothing else is found by it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ratedsl.checks import ambiguous_rates, order_ties, rivals, stated_stacking, window_overlap
from ratedsl.lang.spelling import suggest
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.proofs import discounts as discount_proofs
from ratedsl.proofs.cells import Ground
from ratedsl.rating import shelf

PLAN = """\
plan case
  currency EUR
  timezone UTC
  cycle monthly on day 1
  rounding half-up 0.01 EUR per item
"""
CHECKS: tuple[tuple[Any, Callable[[Plan], Any]], ...] = (
    (ambiguous_rates, ambiguous_rates.check_ambiguous_rates),
    (order_ties, order_ties.check_order_ties),
    (stated_stacking, stated_stacking.check_stated_stacking),
    (window_overlap, window_overlap.check_window_overlap),
)


def drawn(seed: int) -> str:
    """A plan of records that clash here and there."""
    dice = random.Random(seed)
    some = dice.choice
    lines = [PLAN]
    for zone in range(6):
        lines.append(f"zone z{zone}\n")
        lines += (f"  prefix +{dice.randrange(20, 40)}\n" for _ in range(dice.randrange(1, 4)))
        lines += (f"  network 2{dice.randrange(10, 20)}\n" for _ in range(dice.randrange(2)))
    for window in range(8):
        start, end = dice.randrange(24), dice.randrange(24)
        days = some(["mon-fri", "sat-sun", "mon-sun", "wed"])
        lines.append(
            f"window w{window}\n  hours {days} {start:02}:00-{end:02}:{some(['10', '30'])}\n"
        )
        lines += [f"  order {dice.randrange(3)}\n"] * dice.randrange(2)
    for rate in range(25):
        to = some(["", f" to z{dice.randrange(6)}", f" to z{dice.randrange(6)}, +3{rate}"])
        roaming = some(["", "", " roaming anywhere", f" roaming z{dice.randrange(6)}"])
        lines.append(f"rate r{rate} for {some(['voice', 'sms'])}{to}{roaming}\n")
        lines += [f"  order {dice.randrange(3)}\n"] * dice.randrange(2)
        test = some(["apn is a", "apn is b", "apn in a, c", "direction is incoming", "lines >= 3"])
        lines += [f"  when {test} and segment is {some('xy')}\n"] * dice.randrange(2)
        if dice.random() < 0.3:
            named = {f"w{dice.randrange(8)}" for _ in range(3)}
            lines += (f"  price 1.00 EUR per event in {one}\n" for one in sorted(named))
            lines.append("  across windows by start\n")
        else:
            lines.append("  price 1.00 EUR per event\n")
    for fee in range(3):
        lines.append(f"fee f{fee}\n  amount 1.00 EUR per month in advance\n  prorated not\n")
    for one in range(8):
        lines.append(
            f"allowance a{one}\n  grant 10 messages per cycle\n  draws actual units\n"
            "  ends split\n  after own rate\n"
        )
        lines += (f"  covers sms to z{dice.randrange(6)}\n" for _ in range(dice.randrange(1, 3)))
        lines += [f"  order {dice.randrange(3)}\n"] * dice.randrange(2)
        of = some(["charges", "fees", "usage", "f0", "f1, f2", "r1", "f0, r2", "r3"])
        lines.append(f"discount d{one}\n  percent {some([10, 30, 60])}% of {of}\n")
        lines.append(f"  applies {some(['before', 'after'])} tax\n")
        lines += [f"  order {dice.randrange(3)}\n"] * dice.randrange(2)
        stacks = some(["added", "added", "multiplied", "best only"])
        lines += [f"  stacks {stacks}\n"] * some([0, 1, 1])
        lines += [f"  when segment is {some('xy')}\n"] * dice.randrange(2)
    for one in range(6):
        of = some(["usage", "r1", "r1, r2", "r3", "r4"])
        lines.append(f"cap c{one}\n  amount 5.00 EUR per cycle of {of} before tax\n  then free\n")
        lines += [f"  order {dice.randrange(3)}\n"] * dice.randrange(2)
    return "".join(lines)


def plan_of(folder: Path, seed: int) -> Plan:
    path = folder / "drawn.rate"
    path.write_text(drawn(seed))
    plan = load(path).plan
    assert plan is not None
    return plan


def all_of(meetings: rivals.Meetings[Any], index: int) -> Iterator[int]:
    return (one for one in range(len(meetings.records)) if one != index)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_not_compared_does_not_clash(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(tmp_path, seed)
    quick = [list(check(plan)) for _, check in CHECKS]
    monkeypatch.setattr(rivals.Meetings, "near", all_of)
    assert [list(check(plan)) for _, check in CHECKS] == quick
    assert all(quick[:3]), "each of the checks has something to find"


def test_few_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.rate"
    path.write_text(
        PLAN
        + "".join(
            f"rate r{n} for voice to +44{n:04}\n  price 1.00 EUR per min\n"
            f"rate a{n} for data\n  when apn is x{n}\n  price 1.00 EUR per GB\n"
            f"allowance l{n}\n  grant 1 message per cycle\n  covers sms to +44{n:04}\n"
            "  draws actual units\n  ends split\n  after own rate\n"
            f"fee f{n}\n  amount 9.00 EUR per month in advance\n  prorated not\n"
            f"discount d{n}\n  percent 30% of f{n}\n  applies before tax\n  stacks added\n"
            for n in range(150)
        )
    )
    compared = []
    near = rivals.Meetings.near

    def counted(meetings: rivals.Meetings[Any], index: int) -> Iterator[int]:
        found = list(near(meetings, index))
        compared.extend(found)
        return iter(found)

    monkeypatch.setattr(rivals.Meetings, "near", counted)
    loaded = load(path)
    assert loaded.diagnostics == () and len(compared) < 150


@pytest.mark.parametrize("seed", range(6))
def test_the_engine_chooses_as_it_would_among_all(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(tmp_path, seed)

    def chosen() -> list[Any]:
        ground = Ground(plan)
        return [cell for service in ground.services for cell in ground.cells(service)]

    quick = chosen()
    assert len(quick) > 50
    monkeypatch.setattr(shelf.Shelf, "near", lambda one, *_: iter(one.records))
    for cell, other in zip(quick, chosen(), strict=True):
        assert cell.usage == other.usage
        for name in ("rate", "allowances", "caps", "beside", "prefix"):
            assert getattr(cell.chosen, name) == getattr(other.chosen, name)


def test_discounts_over_all_are_found_among_hundreds(tmp_path: Path) -> None:
    path = tmp_path / "discounts.rate"
    text = "fee f\n  amount 9.00 EUR per month in advance\n  prorated not\n"
    for n in range(200):
        percent = 60 if n in (17, 150) else 5
        text += f"discount d{n}\n  percent {percent}% of f\n  applies before tax\n"
        text += f"  stacks added\n  order {n}\n"
    path.write_text(PLAN + text)
    plan = load(path).plan
    assert plan is not None
    found = [one.diagnostic for one in discount_proofs.prove_discounts_fit(Ground(plan))]
    assert [one.message for one in found] == ["`d150` and `d17` take off 120% together"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("zome-1234", "zone-1234"),
        ("ZONE-77", "zone-77"),
        ("zone-19z", "zone-19"),
        ("zoen-1500", "zone-1500"),
        ("qqqqqqqq", None),
        ("", None),
    ],
)
def test_a_name_among_thousands_is_guessed(word: str, meant: str | None) -> None:
    assert suggest(word, [f"zone-{n}" for n in range(3_000)]) == meant


def test_a_guess_among_many_is_that_among_few() -> None:
    from difflib import get_close_matches

    names = sorted(
        {
            f"{a}{b}"
            for a in ("data", "voice", "calls", "roam")
            for b in ("-home", "-world", "-eu", "-in", "-out", "-night", "-day", "-premium", "")
        }
        | {"text", "texts", "short", "fee", "month", "usage", "pool", "boost"}
    )
    dice = random.Random(1)
    same = 0
    for _ in range(300):
        name = dice.choice(names)
        at = dice.randrange(len(name))
        wrong = name[:at] + dice.choice(["", "x", name[at] * 2]) + name[at + 1 :]
        near = get_close_matches(wrong, names, n=1, cutoff=0.6)
        same += suggest(wrong, names) == (wrong if wrong in names else near[0] if near else None)
    assert same >= 297
