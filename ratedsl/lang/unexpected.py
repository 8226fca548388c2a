"""Words for a line that the grammar does not accept."""

from __future__ import annotations

import re
import unicodedata

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.forms import nearest_forms
from ratedsl.lang.mending import Fix, replaced
from ratedsl.lang.source import Source
from ratedsl.lang.spelling import suggest

_TERMINALS = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "text in quotes",
    "DATE": "a date such as 2026-01-01",
    "TIME": "a time such as 09:15",
    "HOURS": "hours such as 08:00-20:00",
    "PERCENT": "a percentage such as 10%",
    "PREFIX": "a prefix such as +351",
    "NETWORK": "a network such as 268-01",
    "SLICE": "a slice such as 1-010203",
    "COMPARE": "`>=`, `<=`, `>` or `<`",
    "COMMA": "`,`",
    "SLASH": "`/`",
    "THIRTY_DAY": "`30-day`",
    "THIRTY_360": "`30/360`",
}
_MOST_OPTIONS = 6
_HALF = re.compile(r"\bhalf[ \t]+$")
_ENDS_IN_NUMBER = re.compile(r"\d[ \t]*$")
_AMOUNT_PER = re.compile(r"(?<!\S)(\d+(?:\.\d+)?)[ \t]+per[ \t]+$")
_NEXT_OF_LIST = re.compile(r",[ \t]*\+")
_PERCENT_APART = re.compile(r"(\d+(?:\.\d+)?)[ \t]+%")
_BY_STROKE = re.compile(r"\b([A-Z]{3})/(\w+)[ \t]*$")
_BARE_POINT = re.compile(r"\.\d")


def explain_unexpected(
    problem: UnexpectedInput, source: Source, start: int, end: int, what: str, kind: str = ""
) -> Diagnostic:
    """One diagnostic at the place where the line stops making sense.

    It says what stands there and what could stand there instead; the end of the line is a
    place too. For a fact of a record of `kind` it also says how the fact is written.
    """
    offset, found, expected = _where(problem, start, end)
    options = _options(expected)
    if found is None:
        message = f"{what} stops too early" if what != "a record" else "this header is incomplete"
        span = source.span(end, end + 1)
    else:
        message = f"`{found}` does not fit here"
        span = source.span(offset, offset + len(found))
    before, behind = source.text[start:offset], source.text[offset:end]
    amended = _amended(found, before, behind, options)
    near = (
        suggest(found, [option.strip("`") for option in options if option.startswith("`")])
        if found and found[0].isalpha()
        else None
    )
    fixes: tuple[Fix, ...] = ()
    if amended is not None:
        hint, near = amended, None
        if _BARE_POINT.match(behind):
            fixes = (replaced(span, "0.", safe=True),)
    elif near and near != found:
        hint = f"did you mean `{near}`?"
    elif not options:
        hint = f"{what} is complete before it: delete the rest"
    else:
        hint = "expected " + _either(options)
    forms = nearest_forms(kind, source.text[start:end]) if kind and not near else ()
    if forms:
        hint += "; it is written " + _either([f"`{form}`" for form in forms])
    if near:
        fixes = (replaced(span, near, safe=near == str(found).lower()),)
    return Diagnostic("E001", message, span, help=hint, fixes=fixes)


def _amended(found: str | None, before: str, behind: str, options: list[str]) -> str | None:
    """How to write what people bring along from elsewhere, or None where it is nothing known.

    `before` and `behind` are the line up to the place and from it on.
    """
    after_number = _ENDS_IN_NUMBER.search(before) is not None
    if found == "," and after_number and _NEXT_OF_LIST.match(behind):
        return "no list goes here: write each on a line of its own"
    if found == "," and after_number and behind[1:2].isdigit():
        return "write numbers without a thousands separator, with a point for decimals"
    if _BARE_POINT.match(behind):
        return "write a digit before the point, such as 0.05"
    apart = _PERCENT_APART.match(behind)
    if apart is not None:
        return f"write the sign at its number: {apart[1]}%"
    if found is not None and unicodedata.category(found[0]) == "Sc":
        return "write a currency by its code, behind the number: 0.10 EUR"
    if found == "=":
        return "a condition compares by `is`, `is not`, `in`, `>=`, `<=`, `>` or `<`"
    stroke = _BY_STROKE.search(before)
    if stroke is not None and "`per`" in options:
        return f"write `per` for the stroke: `{stroke[1]} per {stroke[2]}`"
    # Where a currency or unit is left out, the next word is taken for it.
    left_out = _AMOUNT_PER.search(before) is not None and "`per`" in options
    if left_out or (after_number and options == [_TERMINALS["NAME"]]):
        return "the number needs its currency or unit behind it, such as EUR or min"
    half = _HALF.search(before)
    if half is not None and found in ("up", "even", "down"):
        return f"write it as one word: `half-{found}`"
    words = (found or "").replace("-", " ")
    if words != found and f"`{words.partition(' ')[0]}`" in options:
        return f"write it as words of their own: `{words}`"
    return None


def _where(problem: UnexpectedInput, start: int, end: int) -> tuple[int, str | None, set[str]]:
    """Offset, offending text (None at the end of the line) and the terminals that would fit."""
    if isinstance(problem, UnexpectedToken):
        accepted = set(problem.accepts or problem.expected)
        if problem.token.type == "$END":
            return end, None, accepted
        offset = problem.token.start_pos
        return (start if offset is None else offset), str(problem.token), accepted
    assert isinstance(problem, UnexpectedCharacters)
    offset = problem.pos_in_stream or start
    return offset, problem.char, set(problem.allowed or ())


def _options(expected: set[str]) -> list[str]:
    options = []
    for name in sorted(expected):
        # What is written small are rules, whose first words are among the others.
        if name == "$END" or name.startswith("_") or name.islower():
            continue
        options.append(_TERMINALS.get(name) or f"`{name.lower()}`")
    return options


def _either(options: list[str]) -> str:
    if len(options) == 1:
        return options[0]
    shown = options[:_MOST_OPTIONS]
    if len(options) > _MOST_OPTIONS:
        return ", ".join(shown) + ", …"
    return ", ".join(shown[:-1]) + " or " + shown[-1]
