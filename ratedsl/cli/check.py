"""`ratedsl check`: every mistake of every plan, in one run."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ratedsl.cli.clean_cache import Clean, CleanCache
from ratedsl.cli.plans import add_paths, find_files, load_file
from ratedsl.cli.problem import Problem

if TYPE_CHECKING:
    from ratedsl.lang.diagnostics import Diagnostic
    from ratedsl.lang.source import Source

HELP = "find the mistakes in plans"
STDIN = Path("-")

# Below so many files another process costs more than it saves.
_WORTH_A_PROCESS = 40


class Result(NamedTuple):
    """What checking one file gave; `texts` are those that its findings point into.

    It is not `lasting` where the day decides too, since some figures state a review date.
    """

    clean: Clean
    found: tuple[Diagnostic, ...]
    texts: dict[str, Source]
    read: tuple[str, ...]
    lasting: bool = True


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the files, which findings count, and their form."""
    add_paths(parser)
    parser.add_argument(
        "--format",
        choices=("text", "concise", "json", "github", "sarif", "junit"),
        default="text",
        help="form of the findings; default text",
    )
    parser.add_argument(
        "--select",
        metavar="CODES",
        type=_codes,
        default=(),
        help="of the warnings only these, such as W503,W51; errors always come",
    )
    parser.add_argument(
        "--ignore", metavar="CODES", type=_codes, default=(), help="none of these warnings"
    )
    parser.add_argument(
        "--fail-level",
        choices=("error", "warning"),
        default="warning",
        help="the least finding that makes the exit code 1; default warning",
    )
    parser.add_argument(
        "--stdin-filename",
        metavar="PATH",
        type=Path,
        default=Path("stdin.rate"),
        help="which file the text from `-` stands for: what it uses is looked for beside it",
    )
    parser.add_argument(
        "--fix", action="store_true", help="write the files with what has one mend only, then check"
    )
    parser.add_argument(
        "--diff",
        action="store_true",
        help="show what --fix would write instead; exit 1 if anything",
    )
    parser.add_argument("--watch", action="store_true", help="check again whenever a file is saved")
    parser.add_argument(
        "-j", "--jobs", metavar="N", type=_jobs, default=0, help="processes; as many as cores"
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="check files again that were clean before"
    )


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip() for code in text.split(",") if code.strip())
    for code in codes:
        if not (code[0] in "EW" and code[1:].isdigit() and len(code) <= 4):
            raise argparse.ArgumentTypeError(f"`{code}` is no code; write W503, or W5 for all W5xx")
        if code.startswith("E"):
            raise argparse.ArgumentTypeError(f"`{code}` is an error, and errors always count")
    return codes


def _jobs(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError("a number of processes is 1 to 256")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Check the files: 0 if nothing is found that counts, 1 otherwise."""
    if arguments.fix or arguments.diff:
        return _fix(arguments)
    # A check makes little garbage and ends soon; collecting while it imports costs more.
    gc.disable()
    if arguments.watch:
        from ratedsl.cli.watch import watch  # noqa: PLC0415

        if STDIN in arguments.paths:
            raise Problem("standard input cannot be watched; name files or folders")
        gc.enable()
        return watch(arguments.paths or [Path("plans")], lambda: _once(arguments))
    return _once(arguments)


def _fix(arguments: argparse.Namespace) -> int:
    """Write what has one mend only and check what is left, or show what would be written."""
    from ratedsl.cli.check_fix import fix_files  # noqa: PLC0415

    if STDIN in arguments.paths:
        raise Problem("--fix writes files; name files or folders instead of `-`")
    if arguments.watch:
        raise Problem("--fix is for once; leave --watch out")
    changed = fix_files(find_files(arguments.paths), _today(), only_show=arguments.diff)
    return int(changed > 0) if arguments.diff else _once(arguments)


def _once(arguments: argparse.Namespace) -> int:
    if arguments.paths == [STDIN]:
        files = [arguments.stdin_filename]
        results = iter([_check_text(files[0], sys.stdin.buffer.read())])
    else:
        files = find_files(arguments.paths)
        results = _results(files, None if arguments.no_cache else CleanCache(), arguments.jobs)
    found: list[Diagnostic] = []
    texts: dict[str, Source] = {}
    plans = tests = 0
    for one in results:
        plans += one.clean.plans
        tests += one.clean.tests
        found += [finding for finding in one.found if _counts(finding, arguments)]
        texts.update(one.texts)
    _print(found, texts, arguments.format, (plans, tests, files))
    if arguments.fail_level == "error":
        return int(any(one.is_error for one in found))
    return 1 if found else 0


def _counts(finding: Diagnostic, arguments: argparse.Namespace) -> bool:
    """Whether the user wants to know; an error is never left out."""
    if finding.is_error:
        return True
    selected, ignored = arguments.select, arguments.ignore
    return (not selected or finding.code.startswith(selected)) and not (
        ignored and finding.code.startswith(ignored)
    )


def _results(files: list[Path], cache: CleanCache | None, jobs: int) -> Iterator[Result]:
    """What each file gave, in their order; those that were clean before are not read again."""
    known: dict[Path, Clean] = {}
    if cache is not None:
        known = {path: clean for path in files if (clean := cache.find(path)) is not None}
    waiting = [path for path in files if path not in known]
    checked = iter(_check_all(waiting, jobs))
    for path in files:
        if path in known:
            yield Result(known[path], (), {}, ())
            continue
        result = next(checked)
        if cache is not None and result.lasting and not result.found:
            cache.keep(path, result.read, result.clean)
        yield result
    if cache is not None:
        cache.save()


def _check_all(files: list[Path], jobs: int) -> Iterable[Result]:
    jobs = min(jobs or (os.cpu_count() or 1), len(files))
    if jobs < 2 or len(files) < _WORTH_A_PROCESS:
        return map(check_file, files)
    return _in_processes(files, jobs)


def _in_processes(files: list[Path], jobs: int) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(check_file, files, chunksize=max(1, len(files) // (jobs * 8)))


def _today() -> date:
    return datetime.now().astimezone().date()


def check_file(path: Path) -> Result:
    """Check one file."""
    loaded = load_file(path, _today(), prove=True)
    clean = Clean(int(loaded.plan is not None), len(loaded.plan.tests) if loaded.plan else 0)
    found = loaded.diagnostics
    texts = dict(loaded.sources) if found else {}
    return Result(clean, found, texts, loaded.read, loaded.review is None)


def _check_text(path: Path, data: bytes) -> Result:
    """Check the text of standard input as the content of the file `path`."""
    from ratedsl.plan.load import load  # noqa: PLC0415

    text = data.decode("utf-8-sig", errors="replace")
    loaded = load(path, {path.resolve(): text}, _today(), prove=True)
    clean = Clean(int(loaded.plan is not None), len(loaded.plan.tests) if loaded.plan else 0)
    return Result(clean, loaded.diagnostics, dict(loaded.sources), ())


def _print(
    found: list[Diagnostic],
    texts: dict[str, Source],
    form: str,
    extent: tuple[int, int, list[Path]],
) -> None:
    from ratedsl.lang.diagnostics import sort_diagnostics  # noqa: PLC0415
    from ratedsl.report.diagnostics import render  # noqa: PLC0415
    from ratedsl.report.extent import Extent  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415

    plans, tests, files = extent
    # A shared file is checked with every plan that uses it, and reported once.
    sys.stdout.write(
        render(
            sort_diagnostics(found),
            form,
            lambda path: texts[path],
            Extent(plans, tests, len(files), tuple(map(str, files))),
            colour=wants_colour(sys.stdout),
        )
    )
