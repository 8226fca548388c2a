"""Findings as text, one-liners, JSON and GitHub annotations."""

from __future__ import annotations

import io
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.source import Source, Span
from ratedsl.report.cells import cell_width
from ratedsl.report.diagnostics import FORMATS, render
from ratedsl.report.extent import Extent
from ratedsl.report.paint import wants_colour

PATH = "plans/smart-20.rate"
PLAN = Source(
    PATH,
    "\n" * 44
    + "  price     0.10 EUR per min in peak from 2026-01-01\n"
    + "  price     0.12 EUR per min in peak from 2026-01-01\n",
)
TWO_PRICES = Diagnostic(
    "E204",
    "two prices for `peak` apply on 2026-03-01",
    Span(PATH, 46, 13, 17),
    "also starts 2026-01-01",
    "give the second price a later `from`, or delete one",
    (Label(Span(PATH, 45, 3, 53), "first price"),),
)


def show(
    *found: Diagnostic, form: str = "text", source: Source = PLAN, width: int = 100
) -> list[str]:
    return render(found, form, lambda path: source, width=width).splitlines()


def on(source: Source, line: int, column: int, end: int, label: str = "here") -> Diagnostic:
    return Diagnostic("W101", "something", Span(source.path, line, column, end), label)


def test_text_is_the_house_shape() -> None:
    assert render((TWO_PRICES,), "text", lambda path: PLAN) == (
        "error[E204]: two prices for `peak` apply on 2026-03-01\n"
        "  --> plans/smart-20.rate:46:13\n"
        "   |\n"
        "45 |   price     0.10 EUR per min in peak from 2026-01-01\n"
        "   |   -------------------------------------------------- first price\n"
        "46 |   price     0.12 EUR per min in peak from 2026-01-01\n"
        "   |             ^^^^ also starts 2026-01-01\n"
        "   = help: give the second price a later `from`, or delete one\n"
        "   = see: ratedsl explain E204\n"
        "\n"
    )


def test_a_place_in_another_file_has_its_own_frame() -> None:
    zones = Source("shared/zones.rate", "zone eu\n  prefix +33\n")
    found = Diagnostic(
        "E210",
        "zone `eu` is declared twice",
        Span(PATH, 45, 3, 8),
        related=(Label(Span(zones.path, 1, 6, 8), "first here"),),
    )
    shown = render((found,), "text", {PATH: PLAN, zones.path: zones}.__getitem__)
    assert shown.splitlines()[1:8] == [
        "  --> plans/smart-20.rate:45:3",
        "   |",
        "45 |   price     0.10 EUR per min in peak from 2026-01-01",
        "   |   ^^^^^",
        "  ::: shared/zones.rate:1:6",
        "   |",
        " 1 | zone eu",
    ]


def test_lines_far_apart_are_joined_by_dots_and_one_line_between_is_shown() -> None:
    source = Source("p.rate", "one\ntwo\nthree\nfour\nfive\nsix\n")
    found = Diagnostic(
        "E1",
        "x",
        Span("p.rate", 1, 1, 4),
        related=(Label(Span("p.rate", 3, 1, 6), "near"), Label(Span("p.rate", 6, 1, 4), "far")),
    )
    assert show(found, source=source)[3:-2] == [
        "1 | one",
        "  | ^^^",
        "2 | two",
        "3 | three",
        "  | ----- near",
        "...",
        "6 | six",
        "  | --- far",
    ]


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("\tprice 5", 2, 7, ["1 |     price 5", "  |     ^^^^^ here"]),
        ("日本 price", 4, 9, ["1 | 日本 price", "  |      ^^^^^ here"]),
        ("日本", 1, 3, ["1 | 日本", "  | ^^^^ here"]),
        ("e\u0301 x", 4, 5, ["1 | e\u0301 x", "  |   ^ here"]),
        ("\x1b[31m x", 7, 8, ["1 | ␛[31m x", "  |       ^ here"]),
        ("\x9b x", 3, 4, ["1 | \\x9b x", "  |      ^ here"]),
        ("end", 4, 5, ["1 | end", "  |    ^ here"]),
        ("", 1, 2, ["1 |", "  | ^ here"]),
    ],
)
def test_marks_stand_under_what_they_mark(
    line: str, column: int, end: int, expected: list[str]
) -> None:
    source = Source("p.rate", line + "\n")
    assert show(on(source, 1, column, end), source=source)[3:5] == expected


def test_a_very_long_line_is_cut_around_the_mark() -> None:
    source = Source("p.rate", "a" * 5000 + " bad " + "b" * 5000)
    line, marks = show(on(source, 1, 5002, 5005), source=source, width=60)[3:5]
    assert cell_width(line) <= 60
    assert line.startswith("1 | …a") and line.endswith("b…")
    assert line[marks.index("^") : marks.rindex("^") + 1] == "bad"


def test_two_marks_of_one_long_line_are_both_seen() -> None:
    source = Source("p.rate", "first" + " " * 500 + "last")
    found = Diagnostic(
        "E1",
        "x",
        Span("p.rate", 1, 506, 510),
        "here",
        related=(Label(Span("p.rate", 1, 1, 6), "there"),),
    )
    shown = show(found, source=source, width=60)
    assert shown[3].startswith("1 | first") and shown[4] == "  | ----- there"
    assert shown[5].endswith("last") and shown[6].endswith("^^^^ here")


def test_many_findings_on_an_enormous_line_take_no_time() -> None:
    source = Source("p.rate", "a" * 300_000)
    found = [on(source, 1, column, column + 3) for column in range(1, 300_000, 300)]
    started = time.perf_counter()
    shown = show(*found, source=source)
    # Laying the line out anew for each of the thousand would take a minute.
    assert time.perf_counter() - started < 10
    assert max(map(cell_width, shown)) <= 100


def test_a_mark_longer_than_the_window_is_cut_with_it() -> None:
    source = Source("p.rate", "x" * 400)
    line, marks = show(on(source, 1, 1, 401), source=source, width=60)[3:5]
    assert cell_width(line) <= 60
    assert marks.count("^") <= 56


def test_text_that_cannot_be_read_is_left_out() -> None:
    def missing(path: str) -> Source:
        raise FileNotFoundError(path)

    assert render((TWO_PRICES,), "text", missing).splitlines()[1:3] == [
        "  --> plans/smart-20.rate:46:13",
        "   = help: give the second price a later `from`, or delete one",
    ]


def test_concise_is_one_line_a_finding() -> None:
    assert show(TWO_PRICES, form="concise") == [
        "plans/smart-20.rate:46:13: error[E204] two prices for `peak` apply on 2026-03-01"
    ]


def test_json_holds_everything() -> None:
    found = json.loads(render((TWO_PRICES,), "json", lambda path: PLAN, Extent(7, 42)))
    assert found["schema"] == "ratedsl.diagnostics/1"
    assert [found[key] for key in ("errors", "warnings", "plans", "tests")] == [1, 0, 7, 42]
    assert found["diagnostics"] == [
        {
            "code": "E204",
            "severity": "error",
            "message": TWO_PRICES.message,
            "span": {"path": PATH, "line": 46, "column": 13, "end": 17},
            "label": "also starts 2026-01-01",
            "help": TWO_PRICES.help,
            "related": [
                {"span": {"path": PATH, "line": 45, "column": 3, "end": 53}, "text": "first price"}
            ],
            "fixes": [],
        }
    ]


def test_github_annotation() -> None:
    assert show(TWO_PRICES, form="github") == [
        "::error title=E204,file=plans/smart-20.rate,line=46,col=13,endColumn=17::"
        "two prices for `peak` apply on 2026-03-01"
        "%0Ahelp: give the second price a later `from`, or delete one"
    ]


def test_github_annotation_cannot_be_forged() -> None:
    found = Diagnostic("E1", "100%\n::error::forged", Span("a,b:c.rate", 1, 1, 2))
    assert show(found, form="github") == [
        "::error title=E1,file=a%2Cb%3Ac.rate,line=1,col=1,endColumn=2::100%25␊::error::forged"
    ]


@pytest.mark.parametrize(
    ("found", "extent", "line"),
    [
        ((), Extent(1), "checked 1 plan: ✓ no findings"),
        ((), Extent(7, 42), "checked 7 plans, 42 tests: ✓ no findings"),
        ((TWO_PRICES,), Extent(1), "checked 1 plan: ✖ 1 error"),
        (
            (TWO_PRICES, TWO_PRICES, on(PLAN, 45, 1, 2)),
            Extent(1200),
            "checked 1,200 plans: ✖ 2 errors, ▲ 1 warning",
        ),
    ],
)
@pytest.mark.parametrize("form", ["text", "concise"])
def test_summary(found: tuple[Diagnostic, ...], extent: Extent, line: str, form: str) -> None:
    assert render(found, form, lambda path: PLAN, extent).splitlines()[-1] == line


def test_unknown_format_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no such format: xml"):
        show(TWO_PRICES, form="xml")


@pytest.mark.parametrize("form", ["text", "concise"])
def test_colour_adds_nothing_but_colour(form: str) -> None:
    found = (TWO_PRICES, on(PLAN, 45, 3, 8))
    coloured = render(found, form, lambda path: PLAN, Extent(1), colour=True)
    assert "\x1b[1;31m" in coloured and "\x1b[1;33m" in coloured
    plain = re.sub(r"\x1b\[[\d;]*m", "", coloured)
    assert plain == render(found, form, lambda path: PLAN, Extent(1))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_that_want_it() -> None:
    assert wants_colour(Terminal(), {"TERM": "xterm"})
    assert not wants_colour(Terminal(), {"TERM": "xterm", "NO_COLOR": "1"})
    assert not wants_colour(Terminal(), {"TERM": "dumb"})
    assert not wants_colour(io.StringIO(), {"TERM": "xterm"})


@given(
    st.text(max_size=80),
    st.integers(1, 90),
    st.integers(1, 90),
    st.integers(1, 120),
    st.sampled_from(FORMATS),
)
def test_any_text_at_any_place_is_rendered_safely(
    line: str, column: int, end: int, width: int, form: str
) -> None:
    source = Source(line, line)
    found = Diagnostic("E1", line, Span(line, 1, column, end), line, line)
    shown = render((found,), form, lambda path: source, width=width)
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown
    )
