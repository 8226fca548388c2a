"""Findings in the form the user asked for; each form has its own module beside this one."""

from __future__ import annotations

from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.report.extent import Extent, summary
from ratedsl.report.paint import painter
from ratedsl.report.sources import Lookup

FORMATS = ("text", "concise", "json", "github", "sarif", "junit")


def render(
    found: tuple[Diagnostic, ...],
    form: str,
    lookup: Lookup,
    extent: Extent | None = None,
    *,
    colour: bool = False,
    width: int = 100,
) -> str:
    """The findings in one of `FORMATS`, ready to print: every line ends in a newline.

    `lookup` gives the text of a path in a span; where it raises OSError or LookupError the
    finding is shown without its lines. With an `extent`, forms for people close with the
    summary. `width` is that of the terminal, for lines too long for it.
    """
    paint = painter(colour)
    if form == "json":
        from ratedsl.report.diagnostics_json import render_json  # noqa: PLC0415

        return render_json(found, extent)
    if form == "github":
        from ratedsl.report.diagnostics_github import render_github  # noqa: PLC0415

        return render_github(found)
    if form == "sarif":
        from ratedsl.report.diagnostics_sarif import render_sarif  # noqa: PLC0415

        return render_sarif(found)
    if form == "junit":
        from ratedsl.report.diagnostics_junit import render_check_junit  # noqa: PLC0415

        return render_check_junit(found, extent.paths if extent else ())
    if form == "concise":
        from ratedsl.report.diagnostics_concise import render_concise  # noqa: PLC0415

        body = render_concise(found, paint)
    elif form == "text":
        from ratedsl.report.diagnostics_text import render_text  # noqa: PLC0415

        body = render_text(found, lookup, paint, width)
    else:
        raise ValueError(f"no such format: {form}")
    return body if extent is None else f"{body}{summary(found, extent, paint)}\n"
