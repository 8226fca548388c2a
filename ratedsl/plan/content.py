"""The name of what a plan means, which no reformatting changes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ratedsl.plan.model import Plan

_NOT_CONTENT = {"tests", "others"}


def content_hash(plan: Plan) -> str:
    """A name for what the plan means: 16 hexadecimal digits of a SHA-256.

    Places in the text, comments, the order of records and facts, and the inline tests do
    not count. Sets are put in order; what a person reads on the bill counts. What is left to
    its default is left out, so that a plan keeps its name when the language learns more.
    """
    content = plan.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_CONTENT)
    text = json.dumps(_ordered(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _ordered(value: object) -> object:
    """The value with every list in an order that does not depend on the text."""
    if isinstance(value, dict):
        return {key: _ordered(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted(
            (_ordered(one) for one in value),
            key=lambda one: json.dumps(one, sort_keys=True, ensure_ascii=False),
        )
    return value
