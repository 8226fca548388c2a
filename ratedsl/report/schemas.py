"""JSON Schemas of what other programs read, made from the models that write it."""

from __future__ import annotations

from typing import Any

from ratedsl.billing.invoice import SCHEMA, Invoice
from ratedsl.plan.model import Plan

PLAN = "ratedsl.plan/1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def invoice_schema() -> dict[str, Any]:
    """The schema of an invoice as `--format json` writes it: amounts and dates are text."""
    schema = Invoice.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": f"urn:{SCHEMA.replace('/', ':')}", **schema}


def plan_schema() -> dict[str, Any]:
    """The schema of a plan as `show --format json` writes it: numbers of prices are text."""
    schema = Plan.model_json_schema(mode="serialization", ref_template="#/$defs/{model}")
    kinds = schema.pop("$defs")
    return {
        "$schema": DIALECT,
        "$id": f"urn:{PLAN.replace('/', ':')}",
        "title": "Plan on a day",
        "type": "object",
        "properties": {
            "schema": {"const": PLAN},
            "as_of": {"type": "string", "format": "date"},
            "content_hash": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
            "plan": {"$ref": "#/$defs/Plan"},
        },
        "required": ["schema", "as_of", "content_hash", "plan"],
        "additionalProperties": False,
        "$defs": kinds if "Plan" in kinds else {**kinds, "Plan": schema},
    }


SCHEMAS = {"invoice": invoice_schema, "plan": plan_schema}
