"""The lexer that colours `.rate` lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.lang.highlight import Kind, tokens


def words(line: str) -> list[tuple[str, str]]:
    return [(token.kind.value, line[token.start : token.end]) for token in tokens(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            'plan smart-20 "Smart 20"',
            [("record", "plan"), ("name", "smart-20"), ("string", '"Smart 20"')],
        ),
        (
            "override rate voice",
            [("record", "override"), ("record", "rate"), ("name", "voice")],
        ),
        (
            "  price     0.10 EUR per min in peak from 2026-01-01",
            [
                ("fact", "price"),
                ("money", "0.10 EUR"),
                ("word", "per"),
                ("id", "min"),
                ("word", "in"),
                ("id", "peak"),
                ("word", "from"),
                ("date", "2026-01-01"),
            ],
        ),
        (
            "  billed    60 s then 1 s",
            [("fact", "billed"), ("quantity", "60 s"), ("word", "then"), ("quantity", "1 s")],
        ),
        (
            "  hours     mon-fri 08:00-20:00",
            [("fact", "hours"), ("id", "mon-fri"), ("time", "08:00-20:00")],
        ),
        (
            '  prefix    +33 "France"',
            [("fact", "prefix"), ("prefix", "+33"), ("string", '"France"')],
        ),
        (
            "  percent   10% of monthly",
            [("fact", "percent"), ("percent", "10%"), ("word", "of"), ("id", "monthly")],
        ),
        (
            "  rollover  1 cycle up to 500 min, used last",
            [
                ("fact", "rollover"),
                ("quantity", "1 cycle"),
                ("word", "up"),
                ("word", "to"),
                ("quantity", "500 min"),
                ("word", "used"),
                ("word", "last"),
            ],
        ),
        (
            "  amount    -1.50 EUR once  # a gift",
            [
                ("fact", "amount"),
                ("money", "-1.50 EUR"),
                ("word", "once"),
                ("comment", "# a gift"),
            ],
        ),
    ],
)
def test_words_get_their_kinds(line: str, expected: list[tuple[str, str]]) -> None:
    assert words(line) == expected


def test_a_hash_inside_a_string_opens_no_comment() -> None:
    assert words('fee f "No # 1" # real') == [
        ("record", "fee"),
        ("name", "f"),
        ("string", '"No # 1"'),
        ("comment", "# real"),
    ]


def test_an_open_string_runs_to_the_end_of_its_line() -> None:
    assert words('plan x "Gold # 1')[-1] == ("string", '"Gold # 1')


def test_a_date_is_not_cut_out_of_a_longer_word() -> None:
    assert all(kind != Kind.DATE for kind, _ in words("  when 2026-01-01x"))


@given(st.text(max_size=200))
def test_tokens_never_overlap_and_stay_inside_the_line(line: str) -> None:
    last = 0
    for token in tokens(line):
        assert last <= token.start < token.end <= len(line)
        last = token.end


def test_a_very_long_line_is_lexed_in_linear_time() -> None:
    line = "  price " + '0.10 EUR "x ' * 20_000
    assert tokens(line)[0].kind is Kind.FACT
