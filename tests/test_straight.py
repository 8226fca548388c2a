"""The quick parse of a right line builds what lark builds of it, and refuses what lark refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from lark import TextSlice, UnexpectedInput

from ratedsl.lang import parser
from ratedsl.lang.source import Source
from ratedsl.lang.vocabulary import KINDS

ROOT = Path(__file__).parent.parent
PLANS = sorted((ROOT / "plans").rglob("*.rate"))
LINES = sorted(
    {
        line.split("#")[0].strip()
        for path in PLANS
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    - {""}
)


def _shape(node: object) -> object:
    """A node and all that it holds, to be compared by value."""
    if isinstance(node, (tuple, list)):
        return type(node).__name__, [_shape(part) for part in node]
    if not type(node).__module__.startswith("ratedsl."):
        return node
    names = {name for kind in type(node).__mro__ for name in getattr(kind, "__slots__", ())}
    names |= set(getattr(node, "__dict__", ()))
    held = {name: _shape(getattr(node, name)) for name in names if not name.startswith("__")}
    return type(node).__name__, held


def _by_lark(line: str, rule: str) -> object:
    with parser.parser_of(line) as lark:
        try:
            return lark.parse(TextSlice(line, 0, len(line)), start=rule)
        except UnexpectedInput:
            return None


def _straight(line: str, rule: str) -> object:
    with parser.parser_of(line):
        return parser._straight().parse(line, 0, len(line), rule)


@pytest.mark.parametrize("rule", ["header", *(f"{kind}_fact" for kind in KINDS)])
def test_the_quick_parse_is_larks(rule: str) -> None:
    assert len(LINES) > 100
    for line in LINES:
        for text in (line, line[:-1], f"{line} 1", f"{line} ~"):
            if text.strip():
                assert _shape(_straight(text, rule)) == _shape(_by_lark(text, rule)), (rule, text)


def test_source_offsets_are_those_of_the_file() -> None:
    text = 'plan a "A"\n  currency EUR\n'
    file, found = parser.parse(Source("a.rate", text))
    assert not found
    assert file.records[0].facts[0].span.line == 2
