"""The first files of a plan folder: a plan with its tests, and what reviews and CI need."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "files"

FILES: dict[str, str] = {
    "plans/{id}.rate": "plan.rate",
    "plans/shared/zones.rate": "zones.rate",
    ".gitattributes": "gitattributes",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".github/workflows/plans.yml": "plans.yml",
}
"""What is made, by its path in the new folder, and the template that it is made from."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the new plan is called and where it counts."""

    id: str
    title: str
    currency: str
    timezone: str
    country_prefix: str


def scaffold(wanted: Wanted) -> dict[str, str]:
    """The text of each file by its path. The plan checks clean and its tests pass."""
    words = {
        "@id@": wanted.id,
        "@title@": wanted.title,
        "@currency@": wanted.currency,
        "@timezone@": wanted.timezone,
        "@prefix@": wanted.country_prefix,
    }
    made = {}
    for path, template in FILES.items():
        text = (HERE / template).read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        made[path.replace("{id}", wanted.id)] = text
    return made
