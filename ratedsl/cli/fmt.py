"""`ratedsl fmt`: write plans in the one form that reviews are easiest in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from ratedsl.cli.plans import add_paths, find_files
from ratedsl.cli.problem import Problem
from ratedsl.lang.formatter import Unreadable, UnsafeFormat, format_source
from ratedsl.lang.source import Source
from ratedsl.lang.textfile import FileTrouble, TextFile, read, write
from ratedsl.report.safe import safe_text

HELP = "write plans in the one form"
STDIN = Path("-")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the files, and what else to do than write them."""
    add_paths(parser)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where a file would change"
    )
    parser.add_argument(
        "--diff", action="store_true", help="write nothing; show what would change, exit 1 if any"
    )
    parser.add_argument(
        "--textconv",
        action="store_true",
        help="write nothing; print one file in its form, or as it is where it does not read: for "
        "`git config diff.rate.textconv`",
    )
    parser.add_argument(
        "--stdin-filename",
        metavar="PATH",
        type=Path,
        default=Path("stdin.rate"),
        help="what the text from `-` is called in messages",
    )


def run(arguments: argparse.Namespace) -> int:
    """Format the files: 0 if all are in their form, or were brought into it, 1 otherwise."""
    if arguments.textconv:
        return _convert(arguments.paths)
    if arguments.paths == [STDIN]:
        return _filter(arguments)
    look_only = arguments.check or arguments.diff
    changed = unreadable = 0
    for path in find_files(arguments.paths):
        file = _read(path)
        text = _formatted(path, file.text)
        if text is None:
            unreadable += 1
            continue
        # A file that mixes line ends, or starts with a mark, is brought into the form too.
        plain = TextFile(path, digest=file.digest)
        if plain.encode(text) == file.encode(file.text):
            continue
        changed += 1
        if arguments.diff:
            sys.stdout.writelines(_diff(path, file, text))
        elif arguments.check:
            sys.stdout.write(f"{safe_text(str(path))} is not in its form\n")
        else:
            _write(plain, text)
            sys.stdout.write(f"formatted {safe_text(str(path))}\n")
    return 1 if unreadable or (changed and look_only) else 0


def _convert(paths: list[Path]) -> int:
    """Print a file as git compares it, which has to show a file that does not read as well."""
    if len(paths) != 1 or paths[0] == STDIN:
        raise Problem("--textconv prints one file; name it")
    if not paths[0].exists():
        raise Problem(f"{paths[0]} does not exist; name a file")
    try:
        text = read(paths[0]).text
    except FileTrouble as trouble:
        raise Problem(str(trouble)) from trouble
    try:
        result = format_source(Source(str(paths[0]), text))
    except UnsafeFormat:
        result = text
    sys.stdout.write(text if isinstance(result, Unreadable) else result)
    return 0


def _filter(arguments: argparse.Namespace) -> int:
    """Standard input to standard output, as editors call it."""
    path = arguments.stdin_filename
    before = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    text = _formatted(path, before)
    if text is None:
        return 1
    if arguments.diff:
        sys.stdout.writelines(_diff(path, TextFile(path, before), text))
    elif not arguments.check:
        sys.stdout.write(text)
    return int((arguments.check or arguments.diff) and text != before)


def _read(path: Path) -> TextFile:
    try:
        file = read(path)
    except FileTrouble as trouble:
        raise Problem(str(trouble)) from trouble
    if file.replaced:
        raise Problem(f"{path} is not UTF-8; save it as UTF-8 first, so that nothing is lost")
    return file


def _write(file: TextFile, text: str) -> None:
    try:
        # Read again just before: what an editor saved meanwhile is not overwritten.
        if read(file.path).digest != file.digest:
            raise Problem(f"{file.path} was changed meanwhile; run it again")
        write(file, text)
    except FileTrouble as trouble:
        raise Problem(str(trouble)) from trouble


def _formatted(path: Path, text: str) -> str | None:
    """The text in its form, or None, after saying so, where it does not read."""
    try:
        result = format_source(Source(str(path), text))
    except UnsafeFormat as unsafe:
        raise Problem(f"{unsafe}; the file is left as it is") from unsafe
    if isinstance(result, Unreadable):
        sys.stderr.write(
            f"{safe_text(str(path))}:{result.line}:{result.column}: this line does not read, so "
            "the file is left as it is; `ratedsl check` says how to mend it\n"
        )
        return None
    return result


def _diff(path: Path, file: TextFile, text: str) -> Iterator[str]:
    before = file.text.replace("\r", "\\r") if file.newline == "\n" else file.text
    for line in unified_diff(
        before.splitlines(), text.splitlines(), str(path), f"{path} formatted", lineterm=""
    ):
        yield f"{safe_text(line)}\n"
