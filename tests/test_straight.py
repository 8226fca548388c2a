"""The quick parse of a right line builds what lark builds of it, and refuses what lark refuses."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from lark import Token, Transformer, UnexpectedInput

from ratedsl.lang import steps
from ratedsl.lang.build import Builder
from ratedsl.lang.grammar import parse_line
from ratedsl.lang.parser import parse
from ratedsl.lang.source import Row, Source
from ratedsl.lang.steps import FILE, distil, load_steps
from ratedsl.lang.straight import StraightParser
from ratedsl.lang.vocabulary import FACTS, KINDS
from ratedsl.lang.words import Lexeme

ROOT = Path(__file__).parent.parent
PLANS = sorted([*ROOT.glob("plans/**/*.rate"), *ROOT.glob("tests/cases/good/**/*.rate")])
_FORM = re.compile(r'"[^"]*"|\d+')
# Of lines that differ in their numbers and quoted words only, one is enough.
LINES = sorted(
    {
        _FORM.sub("", line): line
        for path in PLANS
        for text in path.read_text(encoding="utf-8").splitlines()
        if (line := text.split("#")[0].strip())
    }.values()
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


class _ByLark(Transformer[Token, Any]):
    """Builds the nodes of a tree that lark made."""

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self._builder = builder

    def __default__(self, data: str, children: list[Any], meta: object) -> Any:
        return getattr(self._builder, data)(*children)

    def __default_token__(self, token: Token) -> Lexeme:
        word = Lexeme(token)
        word.kind, word.start = token.type, token.start_pos or 0
        return word


_OPENING = (*KINDS, "override", "addon")
BUILDER = Builder()
PARSER = StraightParser(BUILDER)
BY_LARK = _ByLark(BUILDER)


def _by_lark(line: str, rule: str) -> object:
    tree = parse_line(line, 0, len(line), rule)
    if isinstance(tree, UnexpectedInput):
        return None
    BUILDER.set_line(Source("", line), 0, len(line), Row("", 1, -1))
    return BY_LARK.transform(tree)


def _straight(line: str, rule: str) -> object:
    BUILDER.set_line(Source("", line), 0, len(line), Row("", 1, -1))
    return PARSER.parse(line, 0, len(line), rule)


@pytest.mark.parametrize("rule", ["header", *(f"{kind}_fact" for kind in KINDS)])
def test_the_quick_parse_is_larks(rule: str) -> None:
    assert len(LINES) > 100
    kind = rule.removesuffix("_fact")
    lines = [line for line in LINES if line.split()[0] in FACTS.get(kind, _OPENING)]
    lines += ["only vat"] if rule == "taxes_fact" else []
    fitting = 0
    for line in lines:
        built = _straight(line, rule)
        fitting += built is not None
        marked = (
            f"{line} ,",
            f"{line}, ,",
            line.replace(", ", ",, ", 1),
            line.replace(" ", " / ", 1),
        )
        for text in (line, line[:-1].strip(), f"{line} 1", f"{line} ~", *marked):
            assert _shape(_straight(text, rule)) == _shape(_by_lark(text, rule)), (rule, text)
    assert fitting, "no plan has such a line"


def test_a_number_is_read_as_what_fits_its_place() -> None:
    """Where a number looks most like something that does not fit, it is read as what does."""
    for line, rule in (
        ("network 268-01, 27205", "zone_fact"),
        ("prefix +351 through +359", "zone_fact"),
        ("percent 100-20", "tax_fact"),
        ("event data 1 GB at 2026-01-01 10:00-11:00", "test_fact"),
    ):
        assert _shape(_straight(line, rule)) == _shape(_by_lark(line, rule)), line


def test_a_keyword_is_a_name_where_only_a_name_fits() -> None:
    for line in ('zone at "Austria"', "zone for", 'rate per "Per" for voice to at', "zone from"):
        file, found = parse(Source("a.rate", line))
        told = parse_line(line, 0, len(line), "header")
        assert bool(found) == isinstance(told, UnexpectedInput), line
        assert len(file.records) == 1 - len(found)


def test_the_steps_are_those_of_the_grammar() -> None:
    current = json.dumps(distil(), separators=(",", ":")) + "\n"
    if os.environ.get("UPDATE"):
        FILE.write_text(current, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == current, "UPDATE=1 pytest tests/test_straight.py"


def test_every_rule_has_what_builds_it() -> None:
    for rule, _, parts, build, bare in distil()["reductions"]:
        assert not build or hasattr(Builder, build) or (bare and len(parts) == 1), rule


def test_steps_of_another_grammar_are_distilled_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held = json.loads(FILE.read_text(encoding="utf-8"))
    stale = tmp_path / "grammar.json"
    stale.write_text(json.dumps({**held, "grammar": 0, "states": []}), encoding="utf-8")
    expected = load_steps()
    monkeypatch.setattr(steps, "FILE", stale)
    assert load_steps() == expected


def test_source_offsets_are_those_of_the_file() -> None:
    text = 'plan a "A"\n  currency EUR\n'
    file, found = parse(Source("a.rate", text))
    assert not found
    assert file.records[0].facts[0].span.line == 2
