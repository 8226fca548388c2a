"""JSON Schemas of what other programs read, made from the models that write it."""

from __future__ import annotations

from typing import Any

from ratedsl.billing.invoice import SCHEMA, Invoice

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def invoice_schema() -> dict[str, Any]:
    """The schema of an invoice as `--format json` writes it: amounts and dates are text."""
    schema = Invoice.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": f"urn:{SCHEMA.replace('/', ':')}", **schema}


SCHEMAS = {"invoice": invoice_schema}
