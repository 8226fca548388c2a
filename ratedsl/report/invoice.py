"""An invoice in the form the user asked for; each form has its own module beside this one."""

from __future__ import annotations

from ratedsl.billing.invoice import Invoice

FORMATS = ("text", "json", "markdown", "html")


def render_invoice(
    invoice: Invoice,
    form: str,
    previous: Invoice | None = None,
    *,
    colour: bool = False,
    width: int = 80,
    locale: str = "en",
) -> str:
    """The invoice in one of `FORMATS`, ready to print: every line ends in a newline.

    Numbers of subscribers are masked in each form. With a `previous` invoice, the forms for
    people show what changed. `colour`, and `width` in cells, are for text alone; JSON is the
    same in every `locale`.
    """
    if form == "json":
        from ratedsl.report.invoice_json import render_json  # noqa: PLC0415

        return render_json(invoice)
    if form == "markdown":
        from ratedsl.report.invoice_markdown import render_markdown  # noqa: PLC0415

        return render_markdown(invoice, previous, locale)
    if form == "html":
        from ratedsl.report.invoice_html import render_html  # noqa: PLC0415

        return render_html([invoice], locale)
    if form == "text":
        from ratedsl.report.invoice_text import render_text  # noqa: PLC0415

        return render_text(invoice, previous, colour=colour, width=width, locale=locale)
    raise ValueError(f"no such format: {form}")
