"""Which plans of two folders are versions of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ratedsl.diff.version import Version, read_version

Pair = tuple[Version | None, Version | None]


def pairs(
    old: Sequence[Path],
    new: Sequence[Path],
    name_of: Callable[[Path], str],
    shown: Callable[[Path], str] = str,
) -> Iterator[Pair]:
    """The plans of `new` with their older versions, then those that are gone.

    Files belong together by `name_of` (their path inside the folder) or else by the plan's id,
    so that a file may be moved. Files without a plan lend to others, where their changes show.
    `shown` is what an old path is called. Raises OSError where a file cannot be read.
    """
    before = {name_of(path): _plan_in(path, shown(path)) for path in old}
    by_id = {one.names.plan.name: one for one in before.values() if one and one.names.plan}
    seen: set[int] = set()
    for path in new:
        version = _plan_in(path, str(path))
        if version is None or version.names.plan is None:
            continue
        was = before.get(name_of(path))
        named = by_id.get(version.names.plan.name)
        if was is None or was.names.plan is None or was.names.plan.name != version.names.plan.name:
            was = named or was
        if was is not None:
            seen.add(id(was))
        yield was, version
    for one in before.values():
        if one is not None and id(one) not in seen:
            yield one, None


def _plan_in(path: Path, shown: str) -> Version | None:
    version = read_version(path, shown)
    return version if version.names.plan is not None else None
