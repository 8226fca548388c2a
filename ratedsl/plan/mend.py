"""Plan files with the mistakes mended of which only one mend is possible.

Nothing is read but the plans and what they use, and nothing is written: the texts are given back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ratedsl.lang.formatter import Unreadable, UnsafeFormat, format_source
from ratedsl.lang.mending import Edit, apply_edits
from ratedsl.lang.source import Source
from ratedsl.plan.load import Loaded, load

# Mending a line may show what was hidden by it; a few times over is plenty.
_MOST_ROUNDS = 10


@dataclass
class Mended:
    """The texts that changed, by real path, and how many edits each of them took."""

    texts: dict[Path, str] = field(default_factory=dict)
    edits: dict[Path, int] = field(default_factory=dict)


def mend(paths: Sequence[Path], texts: Mapping[Path, str], today: date | None = None) -> Mended:
    """The files after every safe fix in them, and in what they use as far as it is in `texts`.

    `texts` holds, by real path, what may be changed: a fix that reaches beyond it is left out.
    Raises OSError where a file cannot be read.
    """
    current = dict(texts)
    mended = Mended()
    waiting = list(paths)
    for _ in range(_MOST_ROUNDS):
        edits: dict[Path, set[Edit]] = {}
        reads: dict[Path, tuple[str, ...]] = {}
        for path in waiting:
            loaded = load(path, current, today)
            reads[path] = loaded.read
            for target, edit in _safe(loaded, current):
                edits.setdefault(target, set()).add(edit)
        changed = {
            target for target, mine in edits.items() if _apply(mended, current, target, mine)
        }
        if not changed:
            break
        waiting = [
            path
            for path in waiting
            if any(Path(one).resolve() in changed for one in (str(path), *reads[path]))
        ]
    mended.texts = {
        path: _in_its_form(path, texts[path], text)
        for path, text in current.items()
        if text != texts[path]
    }
    return mended


def _safe(loaded: Loaded, texts: Mapping[Path, str]) -> Iterator[tuple[Path, Edit]]:
    """Every edit of every fix that may be made, with the file that it is in."""
    for one in loaded.diagnostics:
        # A second safe fix of one finding would mend it again.
        fix = next((fix for fix in one.fixes if fix.safe), None)
        where = [(Path(edit.span.path).resolve(), edit) for edit in (fix.edits if fix else ())]
        if all(path in texts for path, _ in where):
            yield from where


def _apply(mended: Mended, texts: dict[Path, str], path: Path, edits: set[Edit]) -> bool:
    text, made = apply_edits(Source(str(path), texts[path]), edits)
    if text == texts[path]:
        return False
    texts[path] = text
    mended.edits[path] = mended.edits.get(path, 0) + made
    return True


def _in_its_form(path: Path, before: str, text: str) -> str:
    """The text in its one form where it was in it before, else as it is."""
    try:
        if format_source(Source(str(path), before)) == before:
            formatted = format_source(Source(str(path), text))
            return text if isinstance(formatted, Unreadable) else formatted
    except UnsafeFormat:
        pass
    return text
