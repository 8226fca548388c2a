"""`ratedsl check`: every mistake of every plan, in one run."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ratedsl.cli.plans import add_paths, find_files, load_file

if TYPE_CHECKING:
    from ratedsl.lang.diagnostics import Diagnostic

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


def run(arguments: argparse.Namespace) -> int:
    """Check the files: 0 if nothing is found, 1 otherwise."""
    import gc  # noqa: PLC0415

    # A check makes little garbage and ends soon; collecting while it imports costs more.
    gc.disable()
    from ratedsl.lang.diagnostics import sort_diagnostics  # noqa: PLC0415
    from ratedsl.lang.source import Source  # noqa: PLC0415
    from ratedsl.report.diagnostics import Extent, render  # noqa: PLC0415
    from ratedsl.report.paint import wants_colour  # noqa: PLC0415

    files = find_files(arguments.paths)
    found: list[Diagnostic] = []
    sources: dict[str, Source] = {}
    plans = tests = 0
    for path in files:
        loaded = load_file(path)
        found += loaded.diagnostics
        sources.update(loaded.sources)
        if loaded.plan is not None:
            plans += 1
            tests += len(loaded.plan.tests)
    # A shared file is checked with every plan that uses it, and reported once.
    diagnostics = sort_diagnostics(found)
    text = render(
        diagnostics,
        arguments.format,
        lambda path: sources[path],
        Extent(plans, tests, len(files)),
        colour=wants_colour(sys.stdout),
    )
    sys.stdout.write(text)
    return 1 if diagnostics else 0
