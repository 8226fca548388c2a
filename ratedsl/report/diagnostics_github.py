"""Findings as GitHub workflow commands, which GitHub shows beside the changed lines."""

from __future__ import annotations

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.report.safe import safe_text


def render_github(found: tuple[Diagnostic, ...]) -> str:
    """One workflow command a finding; nothing in a finding can end or forge a command."""
    return "".join(_command(one) for one in found)


def _command(one: Diagnostic) -> str:
    lines = [one.message, *([f"help: {one.help}"] if one.help else [])]
    return command(one.severity.value, one.code, one.span, lines)


def command(level: str, title: str, span: Span, lines: list[str]) -> str:
    """A workflow command that annotates a place; no text in it can end or forge a command."""
    properties = {
        "title": title,
        "file": span.path,
        "line": str(span.line),
        "col": str(span.column),
        "endColumn": str(span.end),
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    # A line end inside a line is part of its text; those between the lines are ours.
    return f"::{level} {listed}::{'%0A'.join(map(_data, lines))}\n"


def _data(text: str) -> str:
    return safe_text(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
