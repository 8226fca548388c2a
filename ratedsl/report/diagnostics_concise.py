"""Findings one a line, for editors, `grep` and long lists."""

from __future__ import annotations

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.report.paint import Paint
from ratedsl.report.safe import safe_text


def render_concise(found: tuple[Diagnostic, ...], paint: Paint) -> str:
    """`path:line:column: error[E204] message`, one line a finding, the form editors parse."""
    return "".join(
        f"{safe_text(str(one.span))}: "
        f"{paint(one.severity.value, f'{one.severity.value}[{safe_text(one.code)}]')} "
        f"{safe_text(one.message)}\n"
        for one in found
    )
