"""Nothing that comes from a plan or from usage can command a terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.report.cells import cell_width, cut_text, lay_out, pad
from ratedsl.report.json_text import json_text
from ratedsl.report.safe import safe_lines, safe_text

# What a terminal acts on: C0, DEL, C1, and the characters that turn the reading direction.
COMMANDS = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def commands_in(text: str) -> list[str]:
    return [character for character in text if ord(character) in COMMANDS]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Smart 20 – café 日本", "Smart 20 – café 日本"),
        ("\x1b[2J", "␛[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2066b", "a\\u2066b"),
        ("a\nb\r\x00\x7f", "a␊b␍␀␡"),
        ("a\u2028b", "a\\u2028b"),
        ("a\tb", "a␉b"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("lone \ud800", "lone \\ud800"),
        ("tag \U000e0041", "tag \\U000e0041"),
    ],
)
def test_dangerous_characters_become_visible(raw: str, shown: str) -> None:
    assert safe_text(raw) == shown


def test_joiners_stay_because_scripts_need_them() -> None:
    assert safe_text("می\u200cخواهم") == "می\u200cخواهم"


def test_tabs_become_spaces_where_asked() -> None:
    assert safe_text("a\tb\x07", tabs="  ") == "a  b␇"


def test_lines_stay_lines() -> None:
    assert safe_lines("a\r\nb\n\x1bc\rd") == "a\nb\n␛c␍d"


@given(st.text())
def test_no_command_survives(text: str) -> None:
    assert commands_in(safe_text(text)) == []
    assert set(commands_in(safe_lines(text))) <= {"\n"}


@given(st.text())
def test_safe_text_is_left_alone(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)


@given(st.text())
def test_json_is_safe_and_exact(text: str) -> None:
    written = json_text({"title": text})
    assert set(commands_in(written)) <= {"\n"}
    assert json.loads(written) == {"title": text}


def test_json_keeps_letters_readable() -> None:
    assert "café 日本" in json_text(["café 日本"])


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("€", 1)])
def test_width_in_cells(text: str, width: int) -> None:
    assert cell_width(text) == width


def test_padding_counts_cells() -> None:
    assert pad("日本", 6) + "|" == "日本  |"
    assert pad("日本", 6, right=True) == "  日本"


@given(st.text(alphabet="a日é\u0301", max_size=12), st.integers(1, 12))
def test_cut_text_fits(text: str, width: int) -> None:
    cut = cut_text(text, width)
    assert cell_width(cut) <= width
    assert cut == text or cut.endswith("…")


def test_tabs_run_to_the_next_stop() -> None:
    assert "".join(lay_out("ab\tc\t\td").pieces) == "ab  c       d"
    assert lay_out("日\tx").starts == (0, 2, 4, 5)
