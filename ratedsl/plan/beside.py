"""The plans in the files beside one: what its lines moved from or to, as it stands on disk.

Each file is read again only once it, or a file that it uses, has changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ratedsl.plan.files import plan_root
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan

MOST_FILES = 2_000

_PLAN = re.compile(r"^plan[ \t]+([^\W\d][\w-]*)", re.MULTILINE)

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Stamp
    plan: Plan | None


_names: dict[str, tuple[Stamp, str]] = {}
_plans: dict[str, _Kept] = {}


def plans_beside(path: str, wanted: Collection[str]) -> dict[str, Plan]:
    """The wanted plans by id, from a plan's folder `plans`, or from the folder of its file.

    A plan is left out where no file has it, several have, or its file has an error.
    """
    found: dict[str, list[Path]] = {}
    for file in _files(Path(path)):
        name = _name_in(file)
        if name in wanted:
            found.setdefault(name, []).append(file)
    plans = {name: _plan_of(files[0]) for name, files in found.items() if len(files) == 1}
    return {name: plan for name, plan in plans.items() if plan is not None and plan.id == name}


def _files(path: Path) -> Iterator[Path]:
    try:
        own, root = path.resolve(), plan_root(path)
        # Only a folder `plans` holds plans alone; any other may hold a whole disk.
        files = root.rglob("*.rate") if root.name == "plans" else root.glob("*.rate")
        for number, file in enumerate(sorted(files)):
            hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
            if number < MOST_FILES and file != own and not hidden:
                yield file
    except OSError:
        return


def _name_in(file: Path) -> str:
    """The id of the plan in a file, empty where it has none or cannot be read."""
    stamp = _stamp([str(file)])
    kept = _names.get(str(file))
    if kept is None or kept[0] != stamp:
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        match = _PLAN.search(text)
        kept = _names[str(file)] = (stamp, match.group(1) if match else "")
    return kept[1]


def _plan_of(file: Path) -> Plan | None:
    key = str(file)
    kept = _plans.get(key)
    if kept is None or kept.stamp != _stamp([name for name, _, _ in kept.stamp]):
        try:
            loaded = load(file)
        except OSError:
            return None
        kept = _plans[key] = _Kept(_stamp(loaded.read), loaded.plan if loaded.ok else None)
    return kept.plan


def _stamp(files: Collection[str]) -> Stamp:
    return tuple(_stamped(name) for name in files)


def _stamped(name: str) -> tuple[str, int, int]:
    try:
        found = Path(name).stat()
    except OSError:
        return (name, 0, 0)
    return (name, found.st_mtime_ns, found.st_size)
