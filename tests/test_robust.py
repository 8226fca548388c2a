"""Whatever a plan's text holds, it is a value to report and never an accident."""

from __future__ import annotations

import os
import random
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ratedsl.cli.main import main
from ratedsl.diff.compare import compare
from ratedsl.diff.version import read_version
from ratedsl.lang.ast.meaning import meaning
from ratedsl.lang.formatter import format_source
from ratedsl.lang.parser import parse
from ratedsl.lang.source import Source
from ratedsl.lang.vocabulary import FACTS
from ratedsl.language_server.actions import actions
from ratedsl.language_server.completion import complete
from ratedsl.language_server.findings import findings
from ratedsl.language_server.folder import Folder, real
from ratedsl.language_server.hover import hover
from ratedsl.language_server.names import definition
from ratedsl.language_server.outline import outline
from ratedsl.language_server.results import results
from ratedsl.plan.load import load
from ratedsl.report.diagnostics import FORMATS
from ratedsl.scaffold import Wanted, scaffold
from ratedsl.testing.run import run_tests
from tests.strategies.edits import KINDS, ODD, Shipped, edited, write_chains

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
PLANS = ROOT / "plans"


def _shipped() -> list[Shipped]:
    """All that is shipped as a plan or library, and what `ratedsl init` writes."""
    found = [
        Shipped(path.read_text(), str(path.parent.relative_to(PLANS)))
        for path in sorted(PLANS.rglob("*.rate"))
    ]
    made = scaffold(Wanted("first", "First", "EUR", "Europe/Lisbon", "+351"))
    plans = {Path(path): text for path, text in made.items() if path.endswith(".rate")}
    return found + [
        Shipped(text, str(path.parent.relative_to("plans"))) for path, text in plans.items()
    ]


SHIPPED = _shipped()
TEXTS = [one.text for one in SHIPPED]
WORDS = sorted({word for text in TEXTS for word in text.split()})
PLAN = (
    "plan case\n  currency EUR\n  timezone UTC\n  cycle monthly on day 1\n"
    "  rounding half-up 0.01 EUR per item\n"
)
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
BLOCKS, SIZE = 20, 250
DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped plans, so that what they use is found."""
    copy = tmp_path_factory.mktemp("edited") / "plans"
    shutil.copytree(PLANS, copy)
    (copy / "shared/zones.rate").write_text(SHIPPED[-1].text)
    # An editor looks into every file of a folder, so it has one without the chains.
    shutil.copytree(copy, copy.parent / "editor/plans")
    for place in {one.folder for one in SHIPPED}:
        write_chains(copy / place)
    load(copy / "smart-20.rate", prove=True)  # what is made once a process
    return copy


def in_a_second(work: Callable[[], T]) -> T:
    """What some work gives, which takes less than a second of the processor's time.

    A busy machine makes work slower than it is, so what was late has two more tries, and what a
    piece of known work takes beside it is taken off.
    """
    for _ in range(3):
        began = time.process_time()
        result = work()
        took = time.process_time() - began
        if took < 1 or took / _slowness() < 1:
            return result
    raise AssertionError(f"took {took:.1f} s")


def _slowness() -> float:
    """How many times as long as on an idle machine the processor takes for what it does."""
    began = time.process_time()
    sum(number * number for number in range(400_000))
    return max(1, (time.process_time() - began) / 0.025)


def check(path: Path, *, unlent: bool = False) -> int:
    """How much is found in a file, which takes a moment and always has a place.

    Unknown names are not counted where what lent them was taken away.
    """
    loaded = in_a_second(lambda: load(path, today=DAY, prove=True))
    for one in loaded.diagnostics:
        assert one.span.line >= 1 and one.span.end > one.span.column >= 1
        assert one.message and one.help
    if loaded.ok and loaded.plan is not None:
        run_tests(loaded.plan)
    return sum(not (unlent and one.code == "E101") for one in loaded.diagnostics)


def format_safely(text: str) -> None:
    """A text gets its form within the second, or is refused; no comment of it is lost."""
    made = in_a_second(lambda: format_source(Source("edited.rate", text)))
    if isinstance(made, str):
        assert comments(made) == comments(text)


def comments(text: str) -> list[str]:
    """The comments of a text: what follows a mark that stands outside of quotes."""
    found = []
    for line in text.split("\n"):
        parts = line.split('"')
        # Every other part stands in quotes.
        outside = next((n for n, part in enumerate(parts) if n % 2 == 0 and "#" in part), None)
        if outside is not None:
            rest = '"'.join(parts[outside:])
            found.append(rest[rest.index("#") :].strip())
    return found


def answer_an_editor(path: Path, text: str, seed: int) -> None:
    """What the language server makes of an open text, at some place of it."""
    dice = random.Random(seed)
    path = real(str(path / "edited.rate"))
    editor = Folder()
    editor.open(path, text)
    lines = text.split("\n")
    row = dice.randrange(len(lines))
    place = (path, row + 1, dice.randrange(len(lines[row]) + 1) + 1)
    in_a_second(lambda: findings(editor))
    in_a_second(lambda: hover(editor, *place))
    in_a_second(lambda: complete(editor, *place))
    in_a_second(lambda: definition(editor, *place))
    in_a_second(lambda: actions(editor, path, 1, len(lines)))
    in_a_second(lambda: outline(Source(str(path), text)))
    in_a_second(lambda: results(editor, path))


def compare_both_ways(folder: Path, path: Path) -> None:
    """The difference of an edited plan to a shipped one, and back."""
    one, two = read_version(folder / "smart-20.rate", "old"), read_version(path, "new")
    in_a_second(lambda: compare(one, two, DAY))
    in_a_second(lambda: compare(two, one, DAY))


def surplus_of(seeds: Iterable[int], folder: Path) -> list[tuple[int, str]]:
    """The edits that more is found of than three findings beyond what they deserve."""
    found = []
    for seed in seeds:
        one = edited(SHIPPED, WORDS, seed)
        path = folder / one.folder / "edited.rate"
        path.write_bytes(one.data)
        many = check(path, unlent=one.unlent)
        if many > one.deserved + 3:
            found.append((seed, f"{one.what}: {many} for {one.deserved}"))
        text = Source.read(path).text
        format_safely(text)
        if seed // len(KINDS) % 4 == 0:
            answer_an_editor(folder.parent / "editor/plans" / one.folder, text, seed)
        if seed // len(KINDS) % 4 == 2:
            compare_both_ways(folder, path)
        path.unlink()
    return found


def test_every_kind_of_edit_is_tried_on_every_text() -> None:
    tried = Counter((seed % len(KINDS), seed // len(KINDS) % len(SHIPPED)) for seed in range(5_000))
    assert len(tried) == len(KINDS) * len(SHIPPED)
    assert min(Counter(seed % len(KINDS) for seed in range(5_000)).values()) >= 100
    # One block, as it is sampled, has each kind several times.
    assert 5 * len(KINDS) <= SIZE


@pytest.mark.parametrize("block", range(3))
def test_random_edits_are_findings_few_and_quick(block: int, folder: Path) -> None:
    assert surplus_of(range(5_000 + block * 40, 5_040 + block * 40), folder) == []


@pytest.mark.parametrize("seed", [823, 1879, 4993])
def test_edits_that_failed_once_are_findings_few_and_quick(seed: int, folder: Path) -> None:
    assert surplus_of([seed], folder) == []


@pytest.mark.slow
@pytest.mark.parametrize("block", range(BLOCKS))
def test_five_thousand_edits_are_findings_few_and_quick(block: int, folder: Path) -> None:
    # A block takes its seeds from all over, so that a sample of one has all kinds and texts.
    assert surplus_of(range(block, BLOCKS * SIZE, BLOCKS), folder) == []


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(6_000, 2**32))
def test_edits_that_nobody_tried_before_are_findings(folder: Path, seed: int) -> None:
    one = edited(SHIPPED, WORDS, seed)
    path = folder / one.folder / "edited.rate"
    path.write_bytes(one.data)
    check(path)
    path.unlink()


@pytest.mark.parametrize("seed", range(0, 5_000, 125))
def test_no_verb_fails_on_an_edited_plan(
    seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(error: Exception) -> str:
        raise error

    monkeypatch.setattr("ratedsl.cli.main._internal", crash)
    one = edited(SHIPPED, WORDS, seed)
    before, path = str(folder / "smart-20.rate"), folder / one.folder / "edited.rate"
    path.write_bytes(one.data)
    for words in (
        *(["check", "--no-cache", "--format", form, str(path)] for form in FORMATS),
        *(["fmt", option, str(path)] for option in ("--check", "--diff")),
        *(["diff", *pair] for pair in ((before, str(path)), (str(path), before))),
        ["show", str(path)],
        ["test", str(path)],
    ):
        assert main(words) in (0, 1, 2), words
    capsys.readouterr()


@pytest.mark.parametrize("seed", range(20))
def test_a_file_that_is_cut_short_is_not_drowned_in_findings(seed: int, folder: Path) -> None:
    text = random.Random(seed).choice(TEXTS)
    path = folder / "cut.rate"
    path.write_text(text[: random.Random(seed + 1000).randrange(len(text))])
    assert check(path) <= 12


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from([*WORDS, *ODD]),
            st.sampled_from(["\n", "\n  ", " ", *FACTS, *{f for fs in FACTS.values() for f in fs}]),
        ),
        max_size=40,
    )
)
def test_any_text_has_a_tree(parts: list[str]) -> None:
    file, found = parse(Source("any.rate", " ".join(parts)))
    assert file.source.path == "any.rate"
    assert all(one.code.startswith("E0") for one in found)


@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=300))
def test_any_bytes_below_a_plan_are_findings(folder: Path, data: bytes) -> None:
    path = folder / "bytes.rate"
    path.write_bytes(PLAN.encode() + data)
    check(path)


def test_line_ends_and_a_byte_order_mark_change_nothing(folder: Path) -> None:
    for text, place in SHIPPED:
        path = folder / place / "same.rate"
        hashes = set()
        for data in (
            text.encode(),
            text.replace("\n", "\r\n").encode(),
            b"\xef\xbb\xbf" + text.encode(),
            re.sub(r"(?m)^  ", "\t", text).encode(),
            re.sub(r"(?m)$", "   ", text).encode(),
            text.rstrip("\n").encode(),
        ):
            path.write_bytes(data)
            loaded = load(path)
            assert loaded.diagnostics == ()
            tree = meaning(parse(Source.read(path))[0])
            hashes.add((loaded.plan.content_hash if loaded.plan else "", repr(tree)))
        path.unlink()
        assert len(hashes) == 1


def test_bytes_that_are_no_text_are_reported_in_place(tmp_path: Path) -> None:
    path = tmp_path / "odd.rate"
    path.write_bytes(b"plan odd\n  currency \xff\xfe\n  timezone UTC\n  cycle monthly on day 1\n")
    assert [(one.code, one.span.line, one.span.column) for one in load(path).diagnostics] == [
        ("E001", 2, 12)
    ]


def test_many_mistakes_take_no_longer_than_they_must(tmp_path: Path) -> None:
    path = tmp_path / "many.rate"
    rates = "".join(
        f"rate r{n} for voice to nowhere{n}\n  prise 0.10 EUR per min\n" for n in range(200)
    )
    path.write_text(PLAN + rates)
    assert check(path) == 400


@pytest.mark.parametrize(
    "target", ["../outside.rate", "/etc/passwd", "../../etc/passwd", "link.rate", "linked/o.rate"]
)
def test_no_path_leaves_the_plan_folder(tmp_path: Path, target: str) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    for secret in (tmp_path / "outside.rate", outside / "o.rate"):
        secret.write_text("zone secret\n  prefix +1\n")
    (plans / "link.rate").symlink_to(tmp_path / "outside.rate")
    (plans / "linked").symlink_to(outside)
    path = plans / "thief.rate"
    for line in (f'use "{target}"', f'deck d from "{target}" for voice\n  priced in EUR per min'):
        path.write_text(f"{PLAN}{line}\n")
        assert [one.code for one in load(path).diagnostics] == ["E104"]


@pytest.mark.parametrize("target", ["", " ", ".", "sub", "a\0b", "x" * 5000, "loop.rate", "fifo"])
def test_a_path_that_is_no_file_is_a_finding(tmp_path: Path, target: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "loop.rate").symlink_to(tmp_path / "loop.rate")
    os.mkfifo(tmp_path / "fifo")
    path = tmp_path / "plan.rate"
    for line in (f'use "{target}"', f'deck d from "{target}" for voice\n  priced in EUR per min'):
        path.write_text(f"{PLAN}{line}\n")
        codes = [one.code for one in load(path).diagnostics]
        assert len(codes) == 1 and codes[0] in ("E001", "E105", "E308"), line


def test_a_long_chain_of_files_ends(tmp_path: Path) -> None:
    for number in range(80):
        (tmp_path / f"{number}.rate").write_text(f'use "{number + 1}.rate"\n')
    (tmp_path / "80.rate").write_text("")
    assert {one.code for one in load(tmp_path / "0.rate").diagnostics} == {"E106"}


def test_files_that_all_use_each_other_are_read_once_each(tmp_path: Path) -> None:
    names = [f"{number}.rate" for number in range(25)]
    for index, name in enumerate(names):
        (tmp_path / name).write_text("".join(f'use "{other}"\n' for other in names[index + 1 :]))
    assert check(tmp_path / "0.rate") == 0


def test_escape_sequences_in_a_plan_never_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = str(tmp_path / "usage.db")
    main(["usage", "sample", "--into", database, "--accounts", "8", "--months", "1"])
    capsys.readouterr()
    path = tmp_path / "evil\x1b[2J.rate"
    path.write_text(
        '# a comment\x1b[2J\nplan smart-20 "E\x1b]0;title\x07vil [red]"\n  currency EUR\n'
        "  timezone UTC\n  cycle monthly on day 1\n  rounding half-up 0.01 EUR per item\n"
        'zone all "Z\u202e"\n  prefix +1 "P\x1b[5m"\n'
        'fee f "F\x9b31m"\n  amount 1.00 EUR per month in advance\n  prorated not\n'
        'rate r "R\x1b[1m\r" for voice\n  price 0.10 EUR per min\n'
        'test "t\x1b[31m"\n  invoice on 2026-02-01\n  expect total 9.00 EUR\n'
    )
    shown = ""
    usage = ["--usage", database]
    for verb, *options in (
        ["check"],
        ["show"],
        ["show", "--format", "json"],
        ["test"],
        ["rate", *usage],
        ["rate", *usage, "--format", "json"],
        ["rate", *usage, "--format", "markdown"],
    ):
        main([verb, str(path), *options])
        captured = capsys.readouterr()
        assert not COMMANDS.search(captured.out + captured.err), (verb, options)
        shown += captured.out
    assert "␛]0;title␇" in shown
    path.write_text(path.read_text() + "rate \x1b[31m for voice\n  prise \x1b[31m\nuse \x07\n")
    for form in ("text", "concise", "json", "github"):
        main(["check", str(path), "--format", form])
        captured = capsys.readouterr()
        assert not COMMANDS.search(captured.out + captured.err), form
        assert "E001" in captured.out


def many(count: int, text: str) -> str:
    """A text so many times, with `{n}` and the number after it, `{next}`, filled in."""
    return "".join(text.format(n=n, next=(n + 1) % count) for n in range(count))


MONSTERS = {
    "a chain of units": (many(1500, "unit u{n}\n  equals 1 u{next}\n"), 30),
    "units out of all bounds": (
        "unit u0\n  equals 1 s\n"
        + "".join(f"unit u{n}\n  equals {10**15} u{n - 1}\n" for n in range(1, 300)),
        6,
    ),
    "taxes in a circle": (
        many(900, "tax t{n}\n  percent 1% of t{next}\n  shown as government tax\n"),
        3,
    ),
    "taxes with a million ways through them": (
        many(40, "tax t{n}\n  percent 1% of t{next}, s{next}\n  shown as government tax\n")
        + many(40, "tax s{n}\n  percent 1% of t{next}, s{next}\n  shown as government tax\n"),
        60,
    ),
    "zones in a circle": (many(300, "zone z{n}\n  includes z{next}\n"), 0),
    "holidays in a circle": (many(300, "holidays h{n}\n  includes h{next}\n"), 300),
    "equal rates": (many(300, "rate r{n} for voice\n  price 1.00 EUR per min\n"), 299),
    "equal discounts": (
        many(200, "discount d{n}\n  percent 1% of usage\n  applies before tax\n"),
        399,
    ),
    "one unknown zone at many places": (
        f"rate r for voice to {'x, ' * 20_000}x\n  price 1.00 EUR per min\n",
        1,
    ),
    "unknown zones of all names": (
        f"rate r for voice to {many(4_000, 'x{n}, ')}x\n  price 1.00 EUR per min\n",
        4_001,
    ),
}


@pytest.mark.parametrize("what", MONSTERS)
def test_a_monster_is_judged_in_a_moment(what: str, tmp_path: Path) -> None:
    text, most = MONSTERS[what]
    path = tmp_path / "monster.rate"
    path.write_text(PLAN + text)
    assert check(path) <= most


def test_a_very_long_chain_of_files_ends(tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f"{number}.rate").write_text(f'use "{number + 1}.rate"\n')
    (tmp_path / "1000.rate").write_text("zone z\n  prefix +1\n")
    assert [one.code for one in load(tmp_path / "0.rate").diagnostics] == ["E106"]


def test_a_circle_of_a_thousand_files_ends(tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f"{number}.rate").write_text(f'use "{(number + 1) % 1000}.rate"\n')
    assert [one.code for one in load(tmp_path / "0.rate").diagnostics] == ["E106"]


def test_what_is_wrong_once_is_said_once(tmp_path: Path) -> None:
    """A table that is brought twice, one word many times in a line, a thicket of files."""
    shutil.copytree(PLANS / "shared", tmp_path / "plans/shared")
    path = tmp_path / "plans/shared/twice.rate"
    path.write_text('taxes us from "taxes-us.csv"\ntaxes us from "taxes-us.csv"\n')
    assert [(one.code, one.span.line) for one in load(path).diagnostics] == [("E102", 2)]
    path.write_text(
        'taxes a from "taxes-eu-gb.csv"\n  only pt\ntaxes b from "taxes-eu-gb.csv"\n  only gb\n'
    )
    assert "E102" not in {one.code for one in load(path).diagnostics}
    path.write_text(f"zone z\n  country {'x, ' * 300}pt\n  country x\n")
    assert [(one.code, one.span.line) for one in load(path).diagnostics] == [
        ("E112", 2),
        ("E112", 2),
        ("E112", 3),
    ]
    for number in range(12):
        uses = "".join(f'use "{other}.rate"\n' for other in range(12) if other != number)
        (tmp_path / f"{number}.rate").write_text(uses)
    assert len(load(tmp_path / "0.rate").diagnostics) == 11


def test_a_number_of_a_million_digits_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "million.rate"
    for digits in ("7" * 1_000_001, f"0.{'0' * 1_000_000}1", f"-{'9' * 1_000_000}"):
        path.write_text(f"{PLAN}rate r for voice\n  price {digits} EUR per min\n")
        assert [one.code for one in load(path).diagnostics] == ["E317"]
