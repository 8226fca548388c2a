"""`ratedsl usage`: fill a usage database, and say what is in it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli import usage_privacy
from ratedsl.cli.problem import Problem
from ratedsl.cli.progress import progress
from ratedsl.cli.unmask import declare, judge, viewing

if TYPE_CHECKING:
    from collections.abc import Callable

    from ratedsl.usage.batches import Totals
    from ratedsl.usage.importers.kinds import Kind
    from ratedsl.usage.mapping import Mapping
    from ratedsl.usage.store import Store

    Read = Callable[[Store, Path, Callable[[int, int], None]], Totals]

HELP = "import usage and account records, make a sample, count what is stored"

FINDINGS = 1
SHOWN_REJECTS = 10
EXAMPLES = """\
examples:
  ratedsl usage sample --into usage.db
  ratedsl usage import calls.csv.gz --into usage.db --mapping calls.toml
  ratedsl usage load top_ups.csv --kind top-ups --into usage.db
  ratedsl usage stats --usage usage.db"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare `import`, `load`, `sample` and `stats` with their options."""
    parser.epilog = EXAMPLES
    verbs = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    loads = verbs.add_parser("import", help="import a CSV file, packed by gzip or not")
    loads.add_argument("file", metavar="FILE", type=Path, help="the file; again adds nothing")
    loads.add_argument("--into", metavar="DB", type=Path, required=True, help="made if missing")
    loads.add_argument(
        "--mapping", metavar="MAPPING", type=Path, required=True, help="what the columns mean"
    )

    from ratedsl.usage.importers.kinds import KINDS  # noqa: PLC0415

    takes = verbs.add_parser("load", help="load accounts, plans held, top-ups and more from CSV")
    takes.epilog = "columns by kind, those in brackets may be left out:\n" + "\n".join(
        f"  {one.name:<14} {_columns(one)}" for one in KINDS.values()
    )
    takes.add_argument("file", metavar="FILE", type=Path, help="the file; again adds nothing")
    takes.add_argument("--kind", choices=tuple(KINDS), required=True, help="what its rows are")
    takes.add_argument("--into", metavar="DB", type=Path, required=True, help="made if missing")

    makes = verbs.add_parser("sample", help="make a seeded, realistic sample")
    makes.add_argument("--into", metavar="DB", type=Path, required=True, help="a new file")
    makes.add_argument("--accounts", metavar="N", type=int, default=300, help="default 300")
    makes.add_argument("--months", metavar="M", type=int, default=3, help="default 3")
    makes.add_argument("--seed", metavar="S", type=int, default=1, help="default 1")

    counts = verbs.add_parser("stats", help="count what a database holds")
    counts.add_argument("--usage", metavar="DB", type=Path, required=True, help="the database")

    for verb in (loads, takes, counts):
        declare(verb)
    usage_privacy.configure(verbs)
    for verb in (loads, takes, makes, counts):
        verb.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for: 0 if clean, 1 if an import rejected rows."""
    from ratedsl.usage.connection import StoreError  # noqa: PLC0415 - late, as all of it
    from ratedsl.usage.importers.text_file import UsageFileError  # noqa: PLC0415

    actions = {"import": _import, "load": _load, "sample": _sample, "stats": _stats}
    actions |= usage_privacy.actions()
    try:
        return actions[arguments.action](arguments)
    except (StoreError, UsageFileError) as error:
        raise Problem(str(error)) from error


def _import(arguments: argparse.Namespace) -> int:
    from ratedsl.usage.importers.csv_import import import_csv  # noqa: PLC0415

    mapping, sha256 = _mapping(arguments.mapping)
    return _read_in(
        arguments, lambda store, path, advance: import_csv(store, path, mapping, sha256, advance)
    )


def _load(arguments: argparse.Namespace) -> int:
    from ratedsl.usage.importers.kinds import KINDS  # noqa: PLC0415
    from ratedsl.usage.importers.load import load_csv  # noqa: PLC0415

    kind = KINDS[arguments.kind]
    return _read_in(arguments, lambda store, path, advance: load_csv(store, path, kind, advance))


def _read_in(arguments: argparse.Namespace, read: Read) -> int:
    """Read the file into the database and say what became of its rows."""
    from ratedsl.usage.render import import_json, import_text  # noqa: PLC0415
    from ratedsl.usage.statistics import rejects_of  # noqa: PLC0415
    from ratedsl.usage.store import Store  # noqa: PLC0415

    judge(arguments)
    if not arguments.file.is_file():
        # Before the database is made, which a wrong name should not leave behind.
        raise Problem(f"no usage file at `{arguments.file}`")
    with Store.open(arguments.into, create=True) as store:
        with progress(f"importing {arguments.file.name}") as advance:
            totals = read(store, arguments.file, advance)
        rejects = rejects_of(store, totals.batch, SHOWN_REJECTS)
    render = import_json if arguments.format == "json" else import_text
    rows = f"rejected rows of batch {totals.batch}"
    with viewing(arguments, arguments.into, rows, "whole rows"):
        print(render(arguments.file.name, str(arguments.into), totals, rejects))
    return FINDINGS if totals.rejected else 0


def _columns(kind: Kind) -> str:
    whose = (" or ".join(kind.either),) if kind.either else ()
    words = (*whose, *kind.required, *(f"[{name}]" for name in kind.optional))
    return ", ".join(words)


def _sample(arguments: argparse.Namespace) -> int:
    from ratedsl.usage.render import sample_json, sample_text  # noqa: PLC0415
    from ratedsl.usage.sample import (  # noqa: PLC0415
        MOST_ACCOUNTS,
        MOST_MONTHS,
        Sample,
        make_sample,
    )

    for name, most in (("accounts", MOST_ACCOUNTS), ("months", MOST_MONTHS)):
        if not 1 <= getattr(arguments, name) <= most:
            raise Problem(f"--{name} must be between 1 and {most:,}")
    sample = Sample(arguments.accounts, arguments.months, arguments.seed)
    with progress("making the sample") as advance:
        made = make_sample(arguments.into, sample, advance)
    render = sample_json if arguments.format == "json" else sample_text
    print(render(str(arguments.into), sample, made))
    return 0


def _stats(arguments: argparse.Namespace) -> int:
    from ratedsl.usage.render import stats_json, stats_text  # noqa: PLC0415
    from ratedsl.usage.statistics import statistics  # noqa: PLC0415
    from ratedsl.usage.store import Store  # noqa: PLC0415

    with Store.open(arguments.usage) as store:
        found = statistics(store)
    render = stats_json if arguments.format == "json" else stats_text
    with viewing(arguments, arguments.usage, "counts", "file names, reasons of rejects"):
        print(render(str(arguments.usage), found))
    return 0


def _mapping(path: Path) -> tuple[Mapping, str]:
    from ratedsl.report.safe import safe_text  # noqa: PLC0415
    from ratedsl.usage.mapping_checks import load_mapping  # noqa: PLC0415

    loaded = load_mapping(path)
    if loaded.mapping is not None:
        return loaded.mapping, loaded.sha256
    name = safe_text(str(path))
    if len(loaded.problems) == 1:
        raise Problem(f"{name}: {loaded.problems[0]}")
    for problem in loaded.problems:
        print(f"{name}: {safe_text(problem)}", file=sys.stderr)
    raise Problem(f"the mapping `{path}` has {len(loaded.problems)} mistakes, see above")
