"""Did-you-mean."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` most likely means, or None where none is near."""
    candidates = list(known)
    lowered = {name.lower(): name for name in reversed(candidates)}
    if word.lower() in lowered:
        return lowered[word.lower()]
    from difflib import get_close_matches  # noqa: PLC0415 - only needed once a name is wrong

    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
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
