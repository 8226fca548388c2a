"""Did-you-mean."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

# No name is so long, and comparing takes the square of it.
_LONGEST = 100


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` most likely means, or None where none is near."""
    return _nearest(word[:_LONGEST].lower(), tuple(known))


@lru_cache(maxsize=512)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    """As `suggest`; one mistake is often made at many places, and comparing takes long."""
    lowered = {name.lower(): name for name in reversed(known)}
    if word in lowered:
        return lowered[word]
    from difflib import get_close_matches  # noqa: PLC0415 - only needed once a name is wrong

    near = get_close_matches(word, lowered, n=1, cutoff=0.6)
    return lowered[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A help sentence: the nearest known name, else `otherwise`, else what names there are."""
    candidates = sorted(set(known))
    near = suggest(word, candidates)
    if near:
        return f"did you mean `{near}`?"
    if otherwise or not candidates:
        return otherwise
    shown = ", ".join(candidates[:8])
    return f"known here: {shown}" + (", …" if len(candidates) > 8 else "")
