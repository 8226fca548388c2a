"""The explanation of diagnostic codes and of records, as text and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill, indent

from ratedsl.checks.codes import BillCode, ChangeCode, Code
from ratedsl.lang.forms import Form
from ratedsl.report.json_text import json_text


def render_code(code: Code | BillCode | ChangeCode, form: str) -> str:
    """One code with its reason and two examples: wrong and right, or before and after."""
    if form == "json":
        return json_text(_plain(code))
    parts = [f"{code.code} {code.title}", "", code.why]
    for name, example in _examples(code).items():
        parts += ["", f"{name}:", indent(example, "    ")]
    return "\n".join(parts) + "\n"


def render_codes(codes: Mapping[str, Code | BillCode | ChangeCode], form: str) -> str:
    """All codes, a line each."""
    if form == "json":
        return json_text([_plain(code) for code in codes.values()])
    return "".join(f"{code.code}  {code.title}\n" for code in codes.values())


def render_forms(kind: str, forms: Sequence[Form], form: str) -> str:
    """The facts of a kind of record, each as it is written and what it means."""
    if form == "json":
        return json_text([{"form": one.text, "meaning": one.meaning} for one in forms])
    lines = [f"{kind}: its facts, explained in docs/language.md", ""]
    for number, one in enumerate(forms):
        lines.append(f"  {one.text}")
        following = forms[number + 1] if number + 1 < len(forms) else None
        # Forms that share a row of the reference have what they mean below the last of them.
        if one.meaning and (following is None or following.meaning != one.meaning):
            lines.append(fill(one.meaning, 80, initial_indent=" " * 6, subsequent_indent=" " * 6))
    return "\n".join(lines) + "\n"


def _plain(code: Code | BillCode | ChangeCode) -> dict[str, str]:
    return {"code": code.code, "title": code.title, "why": code.why, **_examples(code)}


def _examples(code: Code | BillCode | ChangeCode) -> dict[str, str]:
    if isinstance(code, BillCode):
        return {"mend": code.mend}
    if isinstance(code, ChangeCode):
        return {"before": code.before, "after": code.after}
    return {"wrong": code.wrong, "right": code.right}
