"""What is wrong with the open plans, by the file in which it stands."""

from __future__ import annotations

from pathlib import Path

from ratedsl.lang.diagnostics import Diagnostic, sort_diagnostics
from ratedsl.language_server.folder import Folder, real


def findings(folder: Folder) -> dict[Path, tuple[Diagnostic, ...]]:
    """The findings of every open file and of what it uses, each once; every open file is there.

    A library is judged by itself and in each open plan that uses it.
    """
    found: dict[Path, list[Diagnostic]] = {path: [] for path in folder.texts}
    for path in folder.texts:
        loaded = folder.loaded(path)
        for one in loaded.diagnostics if loaded is not None else ():
            found.setdefault(real(one.span.path), []).append(one)
    return {path: sort_diagnostics(mine) for path, mine in found.items()}
