"""The records of all plans of a workspace whose names hold what is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ratedsl.language_server.folder import Folder
from ratedsl.language_server.outline import outline
from ratedsl.plan.files import plan_root

# More than this nobody reads; the editor asks again as more is typed.
MOST = 500


class Symbol(NamedTuple):
    """A record by its kind and name, its file, and the line of its header."""

    name: str
    path: Path
    line: int


def symbols(folder: Folder, opened: Iterable[Path], words: str) -> list[Symbol]:
    """The records of the plan folders of open files and of the workspace's own `plans`."""
    wanted = words.lower().split()
    found = []
    for path in _files(folder, opened):
        for part in outline(folder.source(path)):
            said = f"{part.kind} {part.name} {part.detail}".lower()
            if all(word in said for word in wanted):
                found.append(Symbol(f"{part.kind} {part.name}".strip(), path, part.line))
        if len(found) >= MOST:
            break
    return found[:MOST]


def _files(folder: Folder, opened: Iterable[Path]) -> Iterator[Path]:
    """Each file once: those of open plans first."""
    roots = {plan_root(path): path for path in sorted(folder.texts)}
    for one in opened:
        if (one / "plans").is_dir():
            roots.setdefault(one / "plans", one / "plans" / "any.rate")
    seen: set[Path] = set()
    for path in roots.values():
        for file in folder.files(path):
            if file not in seen and (file in folder.texts or file.is_file()):
                seen.add(file)
                yield file
