"""`ratedsl diff`: what changed between two versions of plans, in the language of plans."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ratedsl.cli.plans import DEFAULT, SUFFIX, find_files
from ratedsl.cli.problem import FindingsProblem, Problem
from ratedsl.diff.change import CLASSES, CODES, PlanDiff
from ratedsl.diff.folders import Pair, pairs
from ratedsl.lang.source import Span
from ratedsl.report.safe import safe_text

HELP = "say what changed between two versions of plans"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the two versions, and what of their changes fails."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        help="two files or two folders, OLD and NEW; with --against one or more, default plans/",
    )
    parser.add_argument(
        "--against", metavar="REV", help="the old version is that of a git revision"
    )
    parser.add_argument(
        "--fail-on",
        metavar="CLASS,...",
        type=_classes,
        default=frozenset(),
        help=f"exit 1 if there is such a change, by class or code: {', '.join(CLASSES)}",
    )
    parser.add_argument("--exit-code", action="store_true", help="exit 1 if there is any change")
    parser.add_argument(
        "--today",
        metavar="DATE",
        type=_date,
        default=None,
        help="what begins before this day is retroactive; default today",
    )
    parser.add_argument("--format", choices=("text", "json", "markdown", "github"), default="text")


def _classes(text: str) -> frozenset[str]:
    classes = {code: name for name, code in CODES.items()}
    names = [classes.get(name.strip().upper(), name.strip()) for name in text.split(",")]
    names = [name for name in names if name]
    for name in names:
        if name not in CLASSES:
            raise argparse.ArgumentTypeError(
                f"`{name}` is no class of change; there are {', '.join(CLASSES)}"
            )
    return frozenset(names)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is no date; write 2026-03-31") from None


def run(arguments: argparse.Namespace) -> int:
    """Print the changes: 1 if `--fail-on` or `--exit-code` asks for it, else 0."""
    from ratedsl.report.diff import render_diff  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415

    today = arguments.today or date.today()  # noqa: DTZ011
    if arguments.against is not None:
        diffs = list(_against(arguments.paths or [Path(DEFAULT)], arguments.against, today))
    elif len(arguments.paths) == 2:
        diffs = list(_compared(_two(*arguments.paths), today))
    else:
        raise Problem("name an old and a new file or folder, or `--against REV`")
    sys.stdout.write(render_diff(diffs, arguments.format, colour=wants_colour(sys.stdout)))
    found = {name for diff in diffs for name in diff.classes}
    failing = found & arguments.fail_on
    return int(bool(failing) or (arguments.exit_code and bool(found)))


def _compared(found: Iterable[Pair], today: date) -> Iterator[PlanDiff]:
    from ratedsl.diff.compare import compare  # noqa: PLC0415

    try:
        for old, new in found:
            if new is not None and new.errors:
                raise FindingsProblem(
                    f"{new.shown} has {_errors(new.errors)}; `ratedsl check` names them"
                )
            if old is not None and old.errors:
                sys.stderr.write(
                    f"{safe_text(old.shown)}: the old version has {_errors(old.errors)}; "
                    "what stands there is not compared\n"
                )
            yield compare(old, new, today)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise Problem(f"cannot read {error.filename}: {reason}") from error


def _errors(found: Sequence[object]) -> str:
    return f"{len(found)} error{'s' if len(found) != 1 else ''}"


def _two(old: Path, new: Path) -> Iterator[Pair]:
    if old.is_dir() and new.is_dir():
        tops = {one.resolve(): top for top in (old, new) for one in find_files([top])}
        return pairs(
            find_files([old]),
            find_files([new]),
            lambda path: path.relative_to(tops[path.resolve()]).as_posix(),
        )
    for path in (old, new):
        if path.is_dir():
            raise Problem(f"{path} is a folder, and the other one is a file; name two of a kind")
    # Two files are versions of each other, whatever they are called.
    return pairs(find_files([old]), find_files([new]), lambda _path: "")


def _against(paths: list[Path], revision: str, today: date) -> Iterator[PlanDiff]:
    from ratedsl.diff.revision import RevisionError, folder_at  # noqa: PLC0415
    from ratedsl.plan.files import plan_root  # noqa: PLC0415

    try:
        for path in paths:
            new = find_files([path]) if path.exists() else []
            root = path.resolve() if path.is_dir() else plan_root(path)
            # What a plan uses may stand anywhere in its plan folder.
            top = plan_root(root / f"any{SUFFIX}")
            with folder_at(revision, top) as copy:
                found = _compared(_with_copy(path, root, new, (copy, top), revision), today)
                for diff in found:
                    yield _in_the_work_tree(diff, copy.resolve(), top)
    except RevisionError as error:
        raise Problem(str(error)) from error


def _with_copy(
    path: Path, root: Path, new: list[Path], folders: tuple[Path, Path], revision: str
) -> Iterator[Pair]:
    """The plans of a file or folder, and their versions in the copy of their plan folder."""
    copy, top = folders[0].resolve(), folders[1]

    def inside(one: Path) -> str:
        real = one.resolve()
        return real.relative_to(copy if real.is_relative_to(copy) else top).as_posix()

    def shown(one: Path) -> str:
        return f"{inside(one)} at {revision}"

    if path.is_dir():
        yield from pairs(_plans_in(copy / root.relative_to(top)), new, inside, shown)
        return
    same = copy / path.resolve().relative_to(top)
    if not path.exists() and not same.exists():
        raise Problem(
            f"{path} does not exist, nor did it at {revision}; "
            f"name a {SUFFIX} file or a folder of them"
        )
    # A file that is not there may have been moved from anywhere.
    old = [same] if same.is_file() else _plans_in(same if same.is_dir() else copy)
    # Of a file only its own plan is asked for.
    found = pairs(old, new, inside, shown)
    yield from (pair for pair in found if pair[1] is not None or not new)


def _in_the_work_tree(diff: PlanDiff, copy: Path, top: Path) -> PlanDiff:
    """The changes with each old clause at the path that it had, not in the copy."""

    def known(span: Span | None) -> Span | None:
        real = Path(span.path).resolve() if span is not None else None
        if span is None or real is None or not real.is_relative_to(copy):
            return span
        path, here = top / real.relative_to(copy), Path.cwd()
        path = path.relative_to(here) if path.is_relative_to(here) else path
        return span._replace(path=str(path))

    diff.changes = [
        replace(one, before=known(one.before), after=known(one.after)) for one in diff.changes
    ]
    return diff


def _plans_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob(f"*{SUFFIX}"))
