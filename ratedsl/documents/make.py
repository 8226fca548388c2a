"""The one way to a document: its kind, a plan, and a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from ratedsl.documents.label import broadband_label
from ratedsl.documents.paper import Paper
from ratedsl.documents.summary import contract_summary
from ratedsl.plan.as_of import as_of
from ratedsl.plan.model import Plan

Kind = Literal["summary", "label"]

_MAKERS = {"summary": contract_summary, "label": broadband_label}


def make_paper(kind: Kind, plan: Plan, day: date | None = None) -> Paper:
    """The document of what is in force on `day`; without one, today by the plan's clock."""
    on = day or datetime.now(ZoneInfo(plan.timezone)).date()
    return _MAKERS[kind](as_of(plan, on), on)
