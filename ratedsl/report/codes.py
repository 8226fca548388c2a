"""The explanation of diagnostic codes, as text and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from ratedsl.checks.codes import Code
from ratedsl.report.json_text import json_text


def render_code(code: Code, form: str) -> str:
    """One code with its reason, a wrong and a right example."""
    if form == "json":
        return json_text(_plain(code))
    parts = [f"{code.code} {code.title}", "", code.why, "", "wrong:", indent(code.wrong, "    ")]
    parts += ["", "right:", indent(code.right, "    ")]
    return "\n".join(parts) + "\n"


def render_codes(codes: Mapping[str, Code], form: str) -> str:
    """All codes, a line each."""
    if form == "json":
        return json_text([_plain(code) for code in codes.values()])
    return "".join(f"{code.code}  {code.title}\n" for code in codes.values())


def _plain(code: Code) -> dict[str, str]:
    return {
        "code": code.code,
        "title": code.title,
        "why": code.why,
        "wrong": code.wrong,
        "right": code.right,
    }
