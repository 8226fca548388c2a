"""`ratedsl check`: every mistake of every plan, in one run."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.clean_cache import Clean, CleanCache
from ratedsl.cli.plans import add_paths, find_files, load_file

if TYPE_CHECKING:
    from ratedsl.lang.diagnostics import Diagnostic
    from ratedsl.lang.source import Source

HELP = "find the mistakes in plans"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the files and the form of the findings."""
    add_paths(parser)
    parser.add_argument(
        "--format",
        choices=("text", "concise", "json", "github"),
        default="text",
        help="form of the findings; default text",
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="check files again that were clean before"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the files: 0 if nothing is found, 1 otherwise."""
    # A check makes little garbage and ends soon; collecting while it imports costs more.
    gc.disable()
    files = find_files(arguments.paths)
    cache = None if arguments.no_cache else CleanCache()
    found: list[Diagnostic] = []
    sources: dict[str, Source] = {}
    plans = tests = 0
    for path in files:
        clean = cache.find(path) if cache else None
        if clean is None:
            clean = _check(path, cache, found, sources)
        plans += clean.plans
        tests += clean.tests
    _print(found, sources, arguments.format, (plans, tests, len(files)))
    return 1 if found else 0


def _check(
    path: Path, cache: CleanCache | None, found: list[Diagnostic], sources: dict[str, Source]
) -> Clean:
    """Check one file; its findings and texts are added to those of the run."""
    loaded = load_file(path)
    found += loaded.diagnostics
    sources.update(loaded.sources)
    clean = Clean(int(loaded.plan is not None), len(loaded.plan.tests) if loaded.plan else 0)
    if cache is not None and not loaded.diagnostics:
        cache.keep(path, loaded.read, clean)
    return clean


def _print(
    found: list[Diagnostic], sources: dict[str, Source], form: str, extent: tuple[int, int, int]
) -> None:
    from ratedsl.lang.diagnostics import sort_diagnostics  # noqa: PLC0415
    from ratedsl.report.diagnostics import Extent, render  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415

    # A shared file is checked with every plan that uses it, and reported once.
    sys.stdout.write(
        render(
            sort_diagnostics(found),
            form,
            lambda path: sources[path],
            Extent(*extent),
            colour=wants_colour(sys.stdout),
        )
    )
