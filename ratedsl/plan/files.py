"""Which files a plan is made of: `use` followed from file to file.

Paths are relative to the file that names them and stay inside the plan root: the nearest
folder called `plans` above the first file, or that file's own folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from ratedsl.lang import ast
from ratedsl.lang.diagnostics import Diagnostic, Label
from ratedsl.lang.parser import parse
from ratedsl.lang.source import Source

_DEEPEST = 50


@dataclass
class FileSet:
    """The first file and all that it uses, in order of first use, and what is wrong with them.

    `uses` says for each file which others it names; keys are real paths. `partial` are the
    files of which some `use` or table leads nowhere. `tables` are the texts of the tax tables,
    whose taxes stand among the records of the file that names them. `too_deep` says that a chain
    of files was not followed to its end, `circular` are the files that were said to close a circle.
    """

    first: Path
    files: dict[Path, ast.File] = field(default_factory=dict)
    uses: dict[Path, list[tuple[ast.Word, Path]]] = field(default_factory=dict)
    partial: set[Path] = field(default_factory=set)
    tables: list[Source] = field(default_factory=list)
    too_deep: bool = False
    circular: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def sources(self) -> dict[str, Source]:
        """The text of every file by the path that its spans carry."""
        texts = (*(file.source for file in self.files.values()), *self.tables)
        return {source.path: source for source in texts}


def plan_root(path: Path) -> Path:
    """The folder that `use` may not leave."""
    return _root_of(path.resolve())


def _root_of(real: Path) -> Path:
    return next((folder for folder in real.parents if folder.name == "plans"), real.parent)


def read_files(path: str | Path, overlay: Mapping[Path, str] | None = None) -> FileSet:
    """Read and parse a file and everything it uses.

    `overlay` holds texts that count instead of what is on disk (an editor's buffer), by
    real path. Raises OSError only where the first file itself cannot be read.
    """
    first = Path(path)
    real, texts = first.resolve(), overlay or {}
    found = FileSet(real)
    _read(found, _source(first, real, texts), real, _root_of(real), texts, ())
    return found


def _source(path: Path, real: Path, texts: Mapping[Path, str]) -> Source:
    text = texts.get(real)
    return Source.read(path) if text is None else Source(str(path), text)


def _read(
    found: FileSet,
    source: Source,
    real: Path,
    root: Path,
    texts: Mapping[Path, str],
    chain: tuple[Path, ...],
) -> None:
    file, problems = _parsed(source.path, source.text)
    if any(record.kind.text == "taxes" for record in file.records):
        file = _with_tables(found, file, real, root)
    found.files[real] = file
    found.uses[real] = []
    found.diagnostics += problems
    if file.use_lost:
        found.partial.add(real)
    for word in file.uses:
        target = _target(found, word, source, root, (*chain, real))
        if target is None:
            found.partial.add(real)
            continue
        shown, target_real = target
        if target_real not in found.files:
            try:
                used = _source(shown, target_real, texts)
            except OSError as problem:
                reason = problem.strerror or "it cannot be read"
                found.diagnostics.append(
                    Diagnostic(
                        "E105",
                        f"cannot read `{word.text}`: {reason.lower()}",
                        word.span,
                        help=f"a used file is looked for beside the file that names it: {shown}",
                    )
                )
                found.partial.add(real)
                continue
            _read(found, used, target_real, root, texts, (*chain, real))
        found.uses[real].append((word, target_real))


def _with_tables(found: FileSet, file: ast.File, real: Path, root: Path) -> ast.File:
    """The file with the taxes of each table in the place of the record that names it."""
    # Most plans have no table.
    from ratedsl.plan.tax_table import read_tax_table  # noqa: PLC0415

    records: list[ast.Record] = []
    brought: dict[Path, list[tuple[ast.Record, list[str]]]] = {}
    for record in file.records:
        if record.kind.text != "taxes":
            records.append(record)
            continue
        path = record.table
        if path is None:
            found.partial.add(real)
            if not record.broken:
                found.diagnostics.append(
                    Diagnostic(
                        "E308",
                        "these taxes do not say where their rows are",
                        record.span,
                        help='write it as `taxes ID from "taxes.csv"`',
                    )
                )
            continue
        target = locate(path, Path(file.source.path).parent, root)
        if isinstance(target, Diagnostic):
            found.diagnostics.append(target)
            found.partial.add(real)
            continue
        only = [
            word.text
            for fact in record.facts
            if isinstance(fact, ast.Setting)
            for word in fact.words
        ]
        first = _bringing_the_same(brought.setdefault(target[1], []), only)
        brought[target[1]].append((record, only))
        if first is not None:
            found.diagnostics.append(
                Diagnostic(
                    "E102",
                    f"the taxes of `{path.text}` are brought twice",
                    record.span,
                    "the second time",
                    "delete one of them; one `only` can name the places of both",
                    (Label(first.span, "the first time"),),
                )
            )
            continue
        try:
            table = read_tax_table(target[1], str(target[0]), only)
        except OSError as problem:
            found.diagnostics.append(_unreadable(path, target[0], problem))
            found.partial.add(real)
            continue
        known = {one.name for one in table.records if one.kind.text == "jurisdiction"}
        for fact in record.facts:
            for word in fact.words if isinstance(fact, ast.Setting) else ():
                if word.text not in known and not table.found:
                    found.diagnostics.append(
                        Diagnostic(
                            "E101",
                            f"no tax of this table is for `{word.text}`",
                            word.span,
                            help=f"its places are {', '.join(sorted(known))}" if known else "",
                        )
                    )
        found.tables.append(table.source)
        found.diagnostics += table.found
        records += table.records
    return replace(file, records=records)


def _bringing_the_same(
    before: list[tuple[ast.Record, list[str]]], only: list[str]
) -> ast.Record | None:
    """The record before that brings some of the same places of one table."""
    for record, places in before:
        if not places or not only or not set(places).isdisjoint(only):
            return record
    return None


def _unreadable(word: ast.Word, shown: Path, problem: OSError) -> Diagnostic:
    reason = (problem.strerror or "it cannot be read").lower()
    help_text = f"a table is looked for beside the file that names it: {shown}"
    return Diagnostic("E105", f"cannot read `{word.text}`: {reason}", word.span, help=help_text)


@lru_cache(maxsize=64)
def _parsed(path: str, text: str) -> tuple[ast.File, list[Diagnostic]]:
    """A file's tree, the same one as long as its text is: nobody changes a tree.

    While a plan is edited, the libraries that it uses stay as they are.
    """
    return parse(Source(path, text))


def _target(
    found: FileSet, word: ast.Word, source: Source, root: Path, chain: tuple[Path, ...]
) -> tuple[Path, Path] | None:
    """The used file as shown to people and its real path, or None and a finding."""
    target = locate(word, Path(source.path).parent, root)
    if isinstance(target, Diagnostic):
        found.diagnostics.append(target)
        return None
    real = target[1]
    problem = ""
    if real in chain:
        if word.span.path in found.circular:
            return None
        found.circular.add(word.span.path)
        names = [one.name for one in (*chain[chain.index(real) :], real)]
        problem = "these files use each other in a circle: " + " → ".join(names)
        help_text = "take out one `use`, or move what both need into a third file"
    elif len(chain) > _DEEPEST:
        problem = f"files use each other more than {_DEEPEST} deep"
        help_text = "shorten the chain"
        if found.too_deep:
            # However many ways lead so deep, it is one mistake.
            return None
        found.too_deep = True
    if problem:
        found.diagnostics.append(Diagnostic("E106", problem, word.span, help=help_text))
        return None
    return target


def locate(word: ast.Word, folder: Path, root: Path) -> tuple[Path, Path] | Diagnostic:
    """Where a path in a plan leads: as shown to people, and for real; or why nowhere.

    It is relative to `folder` and, links followed, stays inside `root`.
    """
    if "\0" in word.text or not word.text.strip():
        return Diagnostic(
            "E105", "this path names no file", word.span, help="name a file, relative to this one"
        )
    shown = folder / word.text
    try:
        real = shown.resolve()
        # A pipe or a device might never end.
        special = real.exists() and not real.is_file()
    except (OSError, RuntimeError):
        return Diagnostic(
            "E105", f"cannot read `{word.text}`: no such path", word.span, help="correct the path"
        )
    if Path(word.text).is_absolute() or not real.is_relative_to(root):
        return Diagnostic(
            "E104",
            f"`{word.text}` lies outside the plan folder",
            word.span,
            help=f"used files stay inside `{root.name}/`; move the file there",
        )
    if special:
        return Diagnostic(
            "E105", f"`{word.text}` is no file", word.span, help="name a file, relative to this one"
        )
    return shown, real
