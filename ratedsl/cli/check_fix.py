"""`ratedsl check --fix`: write what `check` found to have one mend only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from difflib import unified_diff
from pathlib import Path

from ratedsl.cli.problem import Problem
from ratedsl.lang.textfile import FileTrouble, TextFile, read, write
from ratedsl.plan.mend import mend
from ratedsl.report.safe import safe_text


def fix_files(paths: list[Path], today: date, *, only_show: bool) -> int:
    """Write every file with its safe fixes, or show the difference; how many files it is.

    A file that is not UTF-8, or that somebody else saved meanwhile, is never written.
    """
    files = {path.resolve(): (path, _read(path)) for path in paths}
    kept = {real: file.text for real, (_, file) in files.items() if not file.replaced}
    try:
        mended = mend(paths, kept, today)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise Problem(f"cannot read {error.filename}: {reason}") from error
    for real, text in mended.texts.items():
        path, file = files[real]
        if only_show:
            sys.stdout.writelines(_difference(path, file.text, text))
            continue
        _write(file, text)
        count = mended.edits[real]
        places = f"{count} place{'s' if count != 1 else ''}"
        sys.stderr.write(f"fixed {places} in {safe_text(str(path))}\n")
    return len(mended.texts)


def _read(path: Path) -> TextFile:
    try:
        return read(path)
    except FileTrouble as trouble:
        raise Problem(str(trouble)) from trouble


def _write(file: TextFile, text: str) -> None:
    try:
        if read(file.path).digest != file.digest:
            raise Problem(f"{file.path} was changed meanwhile; run it again")
        write(file, text)
    except FileTrouble as trouble:
        raise Problem(str(trouble)) from trouble


def _difference(path: Path, before: str, after: str) -> Iterator[str]:
    name = str(path)
    for line in unified_diff(
        before.splitlines(), after.splitlines(), name, f"{name} fixed", lineterm=""
    ):
        yield f"{safe_text(line)}\n"
