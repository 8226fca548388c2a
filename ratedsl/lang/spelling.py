"""Did-you-mean, in a moment even where a plan has thousands of names and as many mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property, lru_cache

# No name is so long, and comparing takes the square of it.
_LONGEST = 100
# So many names are compared letter by letter; of more, those that share most pairs of letters.
_COMPARED = 40
_LIKELIEST = 8
# A pair of letters that more names have than these tells little, and takes long to look through.
_COMMON = 200


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` most likely means, or None where none is near."""
    return _nearest(word[:_LONGEST].lower(), _names(tuple(known)))


def alike(word: str, known: Iterable[str]) -> list[str]:
    """Those of `known` that differ from a word in capitals only."""
    return _names(tuple(known)).lowered.get(word.lower(), [])


def in_order(known: Iterable[str]) -> tuple[str, ...]:
    """The names once each, in alphabetical order; for the same ones it is the same tuple."""
    return _names(tuple(known)).in_order


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A help sentence: the nearest known name, else `otherwise`, else what names there are."""
    candidates = in_order(known)
    near = suggest(word, candidates)
    if near:
        return f"did you mean `{near}`?"
    if otherwise or not candidates:
        return otherwise
    shown = ", ".join(candidates[:8])
    return f"known here: {shown}" + (", …" if len(candidates) > 8 else "")


class _Names:
    """The names that could be meant, put in order once for all that is asked about them."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.known)))

    @cached_property
    def lowered(self) -> dict[str, list[str]]:
        """Those of each spelling in small letters, in order."""
        found: dict[str, list[str]] = {}
        for name in dict.fromkeys(self.known):
            found.setdefault(name.lower(), []).append(name)
        return found

    @cached_property
    def _by_pair(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.lowered:
            for pair in _pairs(name[:_LONGEST]):
                found.setdefault(pair, []).append(name)
        return found

    def likely(self, word: str) -> Iterable[str]:
        """The names, in small letters, that are worth comparing with a word."""
        if len(self.lowered) <= _COMPARED:
            return self.lowered
        sharing = sorted((self._by_pair.get(pair, []) for pair in _pairs(word)), key=len)
        telling = [names for names in sharing if len(names) <= _COMMON] or [
            names[:_COMMON] for names in sharing[:1]
        ]
        shared = Counter(name for names in telling for name in names)
        return [name for name, _ in shared.most_common(_LIKELIEST)]


def _pairs(word: str) -> set[str]:
    """The pairs of letters that stand beside each other, the ends of the word too."""
    framed = f"^{word}$"
    return {framed[at : at + 2] for at in range(len(framed) - 1)}


@lru_cache(maxsize=64)
def _names(known: tuple[str, ...]) -> _Names:
    return _Names(known)


@lru_cache(maxsize=512)
def _nearest(word: str, names: _Names) -> str | None:
    """As `suggest`; one mistake is often made at many places, and comparing takes long."""
    if word in names.lowered:
        return names.lowered[word][0]
    from difflib import get_close_matches  # noqa: PLC0415 - only needed once a name is wrong

    near = get_close_matches(word, names.likely(word), n=1, cutoff=0.6)
    return names.lowered[near[0]][0] if near else None
