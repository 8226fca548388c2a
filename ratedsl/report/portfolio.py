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


def amounts_of(totals: PlanTotals) -> list[tuple[str, str]]:
    """The rows of money: what each is called, and the attribute that holds it.

    What stands after tax is left out where there is none; cost and margin where the plan has no
    costs.
    """
    rows = [("Net", "net"), ("Cost", "cost"), ("Margin", "margin"), ("Taxes", "taxes")]
    rows += [("After tax", "after_tax"), ("Total", "total")]
    missing = {"after_tax"} if not totals.after_tax else set()
    if totals.cost is None:
        missing |= {"cost", "margin"}
    return [row for row in rows if row[1] not in missing]


def unknown_words(totals: PlanTotals) -> str:
    """How many events have no known cost, by service and reason; empty where all have one."""
    many = sum(totals.unknown.values())
    if not many:
        return ""
    counted = sorted(totals.unknown.items())
    parts = ", ".join(f"{service} {reason} {some:,}" for (service, reason), some in counted)
    return f"cost not known: {many:,} event{'' if many == 1 else 's'} ({parts})"
