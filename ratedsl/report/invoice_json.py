"""An invoice for programs: JSON with a version, which `Invoice` reads back."""

from __future__ import annotations

from ratedsl.billing.invoice import Invoice, Statement
from ratedsl.report.json_text import json_text
from ratedsl.report.names import distinct, line_names
from ratedsl.report.plain import plain
from ratedsl.usage.privacy import mask_name, mask_reference, mask_text, mask_words


def render_json(invoice: Invoice) -> str:
    """The whole invoice as one JSON object, numbers of subscribers masked.

    Amounts are text, so that no reader turns them into floats; clauses are `file:line`. Keys
    stand in the model's order, and `Invoice.model_validate_json` reads the object back.
    """
    return json_text(plain(masked(invoice)))


def masked(invoice: Invoice) -> Invoice:
    """The invoice without a whole subscriber number in it; its rows stay apart by key."""
    names = line_names(invoice)
    rows = (*invoice.items, *invoice.after_tax)
    keys = distinct(row.key.replace(row.line, names[row.line]) for row in rows)
    named = [
        row.model_copy(
            update={
                "key": keys[row.key.replace(row.line, names[row.line])],
                "line": names[row.line],
                "detail": mask_words(row.detail),
            }
        )
        for row in rows
    ]
    return invoice.model_copy(
        update={
            "number": mask_text(invoice.number),
            "account": mask_text(invoice.account),
            "account_name": mask_name(invoice.account_name),
            "items": tuple(named[: len(invoice.items)]),
            "after_tax": tuple(named[len(invoice.items) :]),
            "allowances": tuple(
                use.model_copy(update={"holder": names[use.holder]}) for use in invoice.allowances
            ),
            "balances": tuple(
                use.model_copy(update={"holder": names[use.holder]}) for use in invoice.balances
            ),
            "alerts": tuple(
                alert.model_copy(update={"words": mask_words(alert.words)})
                for alert in invoice.alerts
            ),
            "statement": _statement(invoice.statement),
            "moves": tuple(
                one.model_copy(update={"line": names.get(one.line, mask_text(one.line))})
                for one in invoice.moves
            ),
            "outcomes": invoice.outcomes.model_copy(
                update={
                    "reasons": tuple(
                        (mask_words(reason), many) for reason, many in invoice.outcomes.reasons
                    )
                }
            ),
        }
    )


def _statement(found: Statement | None) -> Statement | None:
    """The statement without what payers wrote."""
    if found is None:
        return None
    rows = tuple(
        one.model_copy(update={"reference": mask_reference(one.reference)})
        for one in found.payments
    )
    return found.model_copy(update={"payments": rows})
