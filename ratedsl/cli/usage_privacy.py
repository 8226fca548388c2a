"""`ratedsl usage access-log`, `export`, `pseudonymise` and `purge`: who may see what, how long."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.problem import Problem
from ratedsl.cli.unmask import declare, viewing

if TYPE_CHECKING:
    from collections.abc import Callable

    from ratedsl.usage.pseudonym import Pseudonyms

FINDINGS = 1
FIELDS = "accounts, lines, numbers, attributes"


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the actions beside those that fill and count."""
    reads = verbs.add_parser("access-log", help="who saw data in full, or purged them, and why")
    _database(reads)
    reads.add_argument("--verify", action="store_true", help="1 if the log was tampered with")
    reads.add_argument("--format", choices=("text", "json"), default="text")

    writes = verbs.add_parser("export", help="print usage as CSV or JSON, masked")
    _database(writes)
    writes.add_argument("--account", metavar="ID", help="one account; default all")
    writes.add_argument("--format", choices=("csv", "json"), default="csv")
    _key(writes)
    declare(writes)

    hides = verbs.add_parser("pseudonymise", help="copy a database under keyed pseudonyms")
    _database(hides)
    hides.add_argument("--into", metavar="DB", type=Path, required=True, help="a new file")
    _key(hides)

    drops = verbs.add_parser("purge", help="delete usage for good")
    _database(drops)
    what = drops.add_mutually_exclusive_group(required=True)
    what.add_argument("--before", metavar="DATE", help="usage that started before this day (UTC)")
    what.add_argument("--account", metavar="ID", help="the account with all that is its own")
    drops.add_argument("--reason", metavar="WORDS", help="why, for the access log")
    how = drops.add_mutually_exclusive_group(required=True)
    how.add_argument("--dry-run", action="store_true", help="count only, delete nothing")
    how.add_argument("--yes", action="store_true", help="delete; there is no way back")


def actions() -> dict[str, Callable[[argparse.Namespace], int]]:
    """What each action runs."""
    return {
        "access-log": _access_log,
        "export": _export,
        "pseudonymise": _pseudonymise,
        "purge": _purge,
    }


def _database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--usage", metavar="DB", type=Path, required=True, help="the database")


def _key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key-file", metavar="FILE", type=Path, help="pseudonyms by its key")
    parser.add_argument(
        "--key-variable", metavar="NAME", help="the same, with the key in this variable"
    )
    parser.add_argument(
        "--plan",
        metavar="PLAN",
        type=Path,
        action="append",
        default=[],
        help="with a key, keep the prefixes by which this plan tells numbers apart too",
    )


def _pseudonyms(arguments: argparse.Namespace) -> Pseudonyms:
    from ratedsl.usage.pseudonym import Pseudonyms, load_key  # noqa: PLC0415

    key = load_key(arguments.key_file, arguments.key_variable)
    prefixes: set[str] = set()
    if arguments.plan:
        from ratedsl.cli.plans import load_plan, load_plans  # noqa: PLC0415
        from ratedsl.plan.prefixes import prefixes_of  # noqa: PLC0415

        for path in arguments.plan:
            plans = load_plans(path) if path.is_dir() else [load_plan(path)]
            prefixes.update(*map(prefixes_of, plans))
    return Pseudonyms(key, prefixes)


def _access_log(arguments: argparse.Namespace) -> int:
    from ratedsl.usage.access_log import entries, faults  # noqa: PLC0415
    from ratedsl.usage.access_text import log_json, log_text  # noqa: PLC0415
    from ratedsl.usage.store import Store  # noqa: PLC0415

    with Store.open(arguments.usage) as store, store.snapshot():
        found = entries(store.connection)
        wrong = faults(store.connection, found) if arguments.verify else None
    render = log_json if arguments.format == "json" else log_text
    sys.stdout.write(render(found, wrong))
    return FINDINGS if wrong else 0


def _export(arguments: argparse.Namespace) -> int:
    from ratedsl.usage.export import Form, write_csv, write_json  # noqa: PLC0415
    from ratedsl.usage.store import Store  # noqa: PLC0415

    by = None
    if arguments.key_file or arguments.key_variable:
        if arguments.unmask:
            raise Problem("a key gives pseudonyms and --unmask the numbers; choose one")
        by = _pseudonyms(arguments)
    elif arguments.plan:
        raise Problem("--plan is for pseudonyms; name their key with --key-file")
    rows = f"account {arguments.account}" if arguments.account else "all accounts"
    with Store.open(arguments.usage) as store:
        if arguments.account:
            store.account(arguments.account)  # says what is wrong with the name
        write = write_json if arguments.format == "json" else write_csv
        with viewing(arguments, arguments.usage, f"export of {rows}", FIELDS):
            write(sys.stdout, store, arguments.account, Form(by))
    return 0


def _pseudonymise(arguments: argparse.Namespace) -> int:
    from ratedsl.report.safe import safe_text  # noqa: PLC0415
    from ratedsl.usage.pseudonymise import pseudonymise  # noqa: PLC0415
    from ratedsl.usage.store import Store  # noqa: PLC0415

    by = _pseudonyms(arguments)
    with Store.open(arguments.usage) as store:
        copied = pseudonymise(store, arguments.into, by)
    counts = ", ".join(f"{copied[name]:,} {name}" for name in ("accounts", "lines"))
    print(
        f"copied {counts} and {copied['usage']:,} events into {safe_text(str(arguments.into))};"
        " rejected rows stay behind"
    )
    return 0


def _purge(arguments: argparse.Namespace) -> int:
    from datetime import date  # noqa: PLC0415

    from ratedsl.usage.purge import Purge, purge  # noqa: PLC0415

    try:
        day = date.fromisoformat(arguments.before) if arguments.before else None
    except ValueError:
        raise Problem(
            f"--before takes a day such as 2026-07-01, not `{arguments.before}`"
        ) from None
    if arguments.yes and arguments.reason is None:
        raise Problem('a purge is logged; say why, such as --reason "kept for six months only"')
    what = Purge(day, arguments.account)
    done = purge(arguments.usage, what, arguments.reason or "", dry_run=arguments.dry_run)
    if arguments.dry_run:
        print(f"would delete {what.words}: {done.words}; --yes deletes them")
        return 0
    print(f"deleted {what.words}: {done.words}")
    if not done.clean:
        print(
            "another program reads the database, so the old bytes are still in its log;"
            " purge again when it is done",
            file=sys.stderr,
        )
        return FINDINGS
    return 0
