"""Telecom rate plans as text: a small language, exact rating, invoices with taxes.

The names below are the public ones. Each is imported when it is first used, so that
`import ratedsl` costs nothing and a command pays only for what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ratedsl.billing.invoice import Invoice
    from ratedsl.lang.diagnostics import Diagnostic, Severity
    from ratedsl.lang.source import Source, Span
    from ratedsl.plan.load import Loaded, load

__version__ = "0.1.0"

__all__ = ["Diagnostic", "Invoice", "Loaded", "Severity", "Source", "Span", "__version__", "load"]

_HOMES = {
    "Diagnostic": "ratedsl.lang.diagnostics",
    "Invoice": "ratedsl.billing.invoice",
    "Loaded": "ratedsl.plan.load",
    "Severity": "ratedsl.lang.diagnostics",
    "Source": "ratedsl.lang.source",
    "Span": "ratedsl.lang.source",
    "load": "ratedsl.plan.load",
}


def __getattr__(name: str) -> object:
    """Import a public name on its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
