"""The recipe of the sample: markets with their people, numbers, hours and lengths."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECIPE = Path(__file__).with_name("sample_recipe.toml")

# A weight and the least and most that it stands for, both inclusive.
Bands = list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Market:
    """The accounts of one plan. Weights and percentages are whole numbers throughout."""

    plan: str
    code: str
    name: str
    segment: str
    timezone: str
    share: int
    lines: list[int]
    own: list[str]
    per_100_days: int
    weekdays: list[int]
    hours: list[int]
    services: dict[str, int]
    incoming: int
    kinds: dict[str, int]
    numbers: dict[str, list[str]]
    voice: Bands
    voice_unit: int
    data: Bands
    apn: list[str]
    roaming: int
    visited: list[str]
    calling: list[str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The whole recipe and the hash of its text."""

    sizes: list[int]
    late_months: int
    starting: int
    ending: int
    markets: list[Market]
    sha256: str


def load_recipe() -> Recipe:
    """The recipe that is shipped. A key that is missing or unknown is a bug and raises."""
    content = RECIPE.read_bytes()
    # A checkout with other line ends makes the same sample.
    text = content.decode().replace("\r\n", "\n")
    tree = tomllib.loads(text)
    markets = [_market(table) for table in tree.pop("market")]
    return Recipe(**tree, markets=markets, sha256=hashlib.sha256(text.encode()).hexdigest())


def _market(table: Mapping[str, Any]) -> Market:
    parts = {"calling": [], **table}
    for name in ("voice", "data"):
        parts[name] = [(weight, least, most) for weight, least, most in parts[name]]
    return Market(**parts)


def accounts_by_market(recipe: Recipe, accounts: int) -> list[int]:
    """How many of so many accounts each market has: by share, and one at least if it goes."""
    markets = recipe.markets
    least = 1 if accounts >= len(markets) else 0
    rest = accounts - least * len(markets)
    total = sum(market.share for market in markets)
    counts, done, given = [], 0, 0
    for market in markets:
        done += market.share
        counts.append(least + rest * done // total - given)
        given = rest * done // total
    return counts


def fill(template: str, number: int) -> str:
    """The template with its `#` replaced by the digits of `number`, the last ones last."""
    places = template.count("#")
    digits = iter(f"{number % 10**places:0{places}}")
    return "".join(next(digits) if character == "#" else character for character in template)
