"""Portfolio totals in the form the user asked for; each form has its own module."""

from __future__ import annotations

from ratedsl.billing.portfolio import PlanTotals

FORMATS = ("text", "json", "markdown")


def render_portfolio(
    totals: tuple[PlanTotals, ...],
    form: str,
    *,
    colour: bool = False,
    width: int = 80,
    locale: str = "en",
) -> str:
    """The totals in one of `FORMATS`, ready to print: every line ends in a newline.

    `colour`, and `width` in cells, are for text alone; JSON is the same in every `locale`.
    """
    if form == "json":
        from ratedsl.report.portfolio_json import render_json  # noqa: PLC0415

        return render_json(totals)
    if form == "markdown":
        from ratedsl.report.portfolio_markdown import render_markdown  # noqa: PLC0415

        return render_markdown(totals, locale)
    if form == "text":
        from ratedsl.report.portfolio_text import render_text  # noqa: PLC0415

        return render_text(totals, colour=colour, width=width, locale=locale)
    raise ValueError(f"no such format: {form}")
