"""Words for a line that the grammar does not accept."""

from __future__ import annotations

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.forms import nearest_forms
from ratedsl.lang.mending import replaced
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
    near = (
        suggest(found, [option.strip("`") for option in options if option.startswith("`")])
        if found and found[0].isalpha()
        else None
    )
    if found == "," and source.text[offset - 1 : offset].isdigit():
        hint = "write numbers without a thousands separator, with a point for decimals"
    elif near and near != found:
        hint = f"did you mean `{near}`?"
    elif not options:
        hint = f"{what} is complete before it: delete the rest"
    else:
        hint = "expected " + _either(options)
    forms = nearest_forms(kind, source.text[start:end]) if kind and not near else ()
    if forms:
        hint += "; it is written " + _either([f"`{form}`" for form in forms])
    fixes = (replaced(span, near, safe=near == str(found).lower()),) if near else ()
    return Diagnostic("E001", message, span, help=hint, fixes=fixes)


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
        if name == "$END" or name.startswith("_"):
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
