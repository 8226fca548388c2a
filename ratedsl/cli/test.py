"""`ratedsl test`: run the tests that stand in plans."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from difflib import unified_diff

from ratedsl.cli.plans import add_paths, find_files, load_file
from ratedsl.cli.problem import FindingsProblem, Problem

HELP = "run the tests that stand in plans"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the files, which tests, the form of the results, and what else to do."""
    add_paths(parser)
    parser.add_argument(
        "-k", metavar="WORDS", default="", help="only tests with this in their title"
    )
    parser.add_argument("--format", choices=("text", "json", "junit"), default="text")
    parser.add_argument(
        "--update",
        action="store_true",
        help="write what came over the figures that were expected, and show the difference",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the tests: 0 if all pass, 1 if any fails or a plan has errors."""
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415
    from ratedsl.report.tests import TestedFile, render_tests  # noqa: PLC0415
    from ratedsl.testing.run import run_tests  # noqa: PLC0415

    if arguments.update:
        return _update(arguments)
    tested: list[TestedFile] = []
    for path in find_files(arguments.paths):
        loaded = load_file(path)
        errors = sum(one.is_error for one in loaded.diagnostics)
        if errors:
            tested.append(TestedFile(str(path), (), errors))
        elif loaded.plan is not None:
            tested.append(TestedFile(str(path), tuple(run_tests(loaded.plan, arguments.k)), 0))
    sys.stdout.write(render_tests(tested, arguments.format, colour=wants_colour(sys.stdout)))
    good = all(not one.errors and all(result.passed for result in one.results) for one in tested)
    if not any(one.results for one in tested) and good:
        _require_some(arguments.k)
    return 0 if good else 1


def _require_some(words: str) -> None:
    if words:
        raise FindingsProblem(f"no test has `{words}` in its title")
    raise FindingsProblem("these plans hold no tests; add a `test` record to one")


def _update(arguments: argparse.Namespace) -> int:
    """Write new figures: 0 if all tests hold then, 1 if one still fails or a plan has errors."""
    from ratedsl.lang.textfile import FileTrouble, read, read_bytes, write  # noqa: PLC0415
    from ratedsl.plan.load import load  # noqa: PLC0415
    from ratedsl.report.safe import safe_text  # noqa: PLC0415
    from ratedsl.testing.run import run_tests  # noqa: PLC0415
    from ratedsl.testing.update import update  # noqa: PLC0415

    if arguments.format != "text":
        raise Problem("--update shows a difference as text; leave --format out")
    count = left = refused = 0
    found = False
    for path in find_files(arguments.paths):
        name = safe_text(str(path))
        try:
            file = read(path)
            loaded = load(path, {path.resolve(): file.text})
        except (FileTrouble, OSError) as error:
            raise Problem(str(error)) from error
        if not loaded.ok or file.replaced:
            refused += 1
            sys.stdout.write(f"{name}: not updated, mend the errors that `ratedsl check` shows\n")
            continue
        if loaded.plan is None:
            continue
        results = run_tests(loaded.plan, arguments.k)
        found = found or bool(results)
        text, edits, kept = update(loaded.source(str(path)), loaded.plan, results)
        for one in kept:
            left += 1
            failure = one.failure
            sys.stdout.write(
                f"{safe_text(failure.at.place)}: still expects {safe_text(failure.expected)}, "
                f"got {safe_text(failure.got)}: {one.why}\n"
            )
        if not edits:
            continue
        if read_bytes(path) is None or read(path).digest != file.digest:
            raise Problem(f"{path} changed while its tests ran; nothing was written, run it again")
        sys.stdout.writelines(_difference(name, file.text, text))
        try:
            write(file, text)
        except FileTrouble as error:
            raise Problem(str(error)) from error
        count += len(edits)
    if not found and not refused:
        _require_some(arguments.k)
    sys.stdout.write(f"{count} figure{'s' if count != 1 else ''} updated\n")
    return 1 if left or refused else 0


def _difference(name: str, before: str, after: str) -> Iterator[str]:
    from ratedsl.report.safe import safe_text  # noqa: PLC0415

    for line in unified_diff(before.split("\n"), after.split("\n"), name, name, lineterm="", n=1):
        yield safe_text(line) + "\n"
