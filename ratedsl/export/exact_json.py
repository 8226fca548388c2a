"""JSON whose numbers are exact: an amount is written digit by digit and is never a float."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from ratedsl.report.json_text import json_text

# A character of private use, which no text that is passed in keeps.
_MARK = "\ue000"
_NUMBER = re.compile(r'"\\ue000(-?[0-9.]+)"')


def exact_json(value: object) -> str:
    """The value as `json_text` writes it, with each Decimal as a number."""
    return _NUMBER.sub(r"\1", json_text(_marked(value)))


def exact_line(value: object) -> str:
    """The value on one line of its own, each Decimal as a number."""
    return _NUMBER.sub(r"\1", json.dumps(_marked(value), ensure_ascii=True)) + "\n"


def _marked(value: object) -> object:
    if isinstance(value, dict):
        return {key: _marked(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(one) for one in value]
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}"
    return value.replace(_MARK, "\ufffd") if isinstance(value, str) else value
