"""What verbs share: finding plan files, loading them, and saying what is wrong with them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ratedsl.cli.problem import FindingsProblem, Problem

if TYPE_CHECKING:
    from datetime import date

    from ratedsl.plan.load import Loaded
    from ratedsl.plan.model import Plan

SUFFIX = ".rate"
DEFAULT = "plans"


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Declare the files and folders of a verb that takes many."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", type=Path, help="files and folders; default plans/"
    )


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The plan files that the paths name, folders searched, in order and each once.

    Raises Problem where a path does not exist or a folder holds no plan file.
    """
    found: dict[Path, None] = {}
    for path in paths or [Path(DEFAULT)]:
        if path.is_dir():
            inside = sorted(
                Path(folder) / name
                for folder, folders, names in os.walk(path)
                for name in names
                if _descend(folders) and name.endswith(SUFFIX) and not name.startswith(".")
            )
            if not inside:
                raise Problem(f"{path} holds no {SUFFIX} file; name a folder with plans, or a file")
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        elif not paths:
            raise Problem(f"there is no folder {DEFAULT}/ here; name plan files or a folder")
        else:
            raise Problem(f"{path} does not exist; name a {SUFFIX} file or a folder of them")
    return list(found)


def _descend(folders: list[str]) -> bool:
    """Leave hidden folders out of the walk; always true, to stand in a condition."""
    folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
    return True


def load_file(path: Path, today: date | None = None, *, prove: bool = False) -> Loaded:
    """Load one file; raises Problem where it cannot be read. `today` finds overdue reviews,
    `prove` what the proofs find."""
    from ratedsl.plan.load import load  # noqa: PLC0415

    try:
        return load(path, today=today, prove=prove)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise Problem(f"cannot read {path}: {reason}") from error


def load_plan(path: Path) -> Plan:
    """Load one file's plan for use.

    Where it has errors they are written to stderr, and Problem says that there are some.
    """
    if path.is_dir():
        raise Problem(f"{path} is a folder; name one plan file")
    if not path.exists():
        raise Problem(f"{path} does not exist; name a {SUFFIX} file")
    loaded = load_file(path)
    if not loaded.ok:
        from ratedsl.report.diagnostics import render  # noqa: PLC0415
        from ratedsl.report.extent import count  # noqa: PLC0415
        from ratedsl.report.paint import wants_colour  # noqa: PLC0415

        sys.stderr.write(
            render(loaded.diagnostics, "text", loaded.source, colour=wants_colour(sys.stderr))
        )
        errors, _ = count(loaded.diagnostics)
        raise FindingsProblem(
            f"{path} has {errors} error{'s' if errors != 1 else ''}; mend it first"
        )
    if loaded.plan is None:
        raise Problem(f"{path} holds no plan, only records that plans use")
    return loaded.plan


def load_plans(folder: Path) -> list[Plan]:
    """The plans of a folder for use, libraries left out.

    Raises Problem for the first file with errors, for two plans of one id, and for no plan.
    """
    found: dict[str, tuple[Path, Plan]] = {}
    for path in find_files([folder]):
        loaded = load_file(path)
        if loaded.ok and loaded.plan is None:
            continue
        plan = load_plan(path)
        if plan.id in found:
            raise Problem(
                f"{found[plan.id][0]} and {path} both hold a plan `{plan.id}`; rename one"
            )
        found[plan.id] = (path, plan)
    if not found:
        raise Problem(f"{folder} holds no plan, only records that plans use")
    return [plan for _, plan in found.values()]
