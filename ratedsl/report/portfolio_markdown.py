"""Portfolio totals as Markdown: one table, a row a plan."""

from __future__ import annotations

from ratedsl.billing.portfolio import PlanTotals
from ratedsl.report.markdown import escape, table
from ratedsl.report.money import format_money
from ratedsl.report.names import HASH_SHOWN, outcome_words, period, reason_words
from ratedsl.report.portfolio_words import unknown_words

HEADER = ["Plan", "Hash", "Period", "Accounts", "Net", "Taxes", "After tax", "Total"]


def render_markdown(totals: tuple[PlanTotals, ...], locale: str = "en") -> str:
    """The totals of each plan, and under the table how its events ended."""
    lines = table(HEADER, range(3, len(HEADER)), (_cells(one, locale) for one in totals))
    for one in totals:
        outcomes = outcome_words(one.events, one.rated, one.free, one.covered, one.rejected)
        reasons = reason_words(one.reasons.most_common())
        rejected = f" (rejected: {escape(reasons)})" if reasons else ""
        lines += ["", f"- {escape(one.plan)}: {outcomes}{rejected}"]
        if one.cost is not None and one.margin is not None:
            cost, margin = (
                escape(format_money(amount, one.currency, locale))
                for amount in (one.cost, one.margin)
            )
            unknown = escape(unknown_words(one))
            lines += [f"- {escape(one.plan)}: cost {cost}, margin {margin}"]
            lines[-1] += f" ({unknown})" if unknown else ""
    return "\n".join(lines) + "\n"


def _cells(one: PlanTotals, locale: str) -> list[str]:
    amounts = (one.net, one.taxes, one.after_tax, one.total)
    return [
        escape(one.plan),
        escape(one.plan_hash[:HASH_SHOWN]),
        period(one.start, one.end),
        f"{len(one.accounts):,}",
        *(escape(format_money(amount, one.currency, locale)) for amount in amounts),
    ]
