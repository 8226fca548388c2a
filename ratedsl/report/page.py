"""Pages in HTML from templates: every word from outside is harmless text in them.

A page loads nothing: its style stands in it, and its policy forbids scripts and whatever
comes from elsewhere.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.report.safe import safe_text

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


MISSING = "HTML needs jinja2; install it with `pip install 'ratedsl[html]'`"


class PageError(Exception):
    """The library that fills templates is not installed; the text says how to get it."""


def render_page(template: str, **values: object) -> str:
    """The filled template. Raises PageError where jinja2 is missing."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415
    except ImportError:
        raise PageError(MISSING) from None
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_harmless,
    )


def _harmless(value: object) -> object:
    """A value on its way into the page: markup of the templates' own stays as it is."""
    return safe_text(value) if type(value) is str else value
