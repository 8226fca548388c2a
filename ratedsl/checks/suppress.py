"""Warnings that an author has looked at: `# allow W507: why` takes one out where it stands.

The comment stands at the end of the line that is warned of, or on a line of its own above it.
It names the codes and a reason, and an error cannot be allowed (language reference, "Shape").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ratedsl.checks.proven import is_proof
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.mending import Edit, Fix, line_deleted
from ratedsl.lang.source import Source, Span

# A comment that merely begins with the word is prose.
_ALLOW = re.compile(
    r'^(?P<code>(?:"[^"]*"|[^"#])*)#\s*allow(?P<rest>\s+(?:[A-Z]\d|[ew]\d{3}\b).*)$'
)
_WARNING = re.compile(r"\b[Ww]\d{3}\b")
_REST = re.compile(r"\s+(?P<codes>[A-Z]\d{3}(?:\s*,\s*[A-Z]\d{3})*)\s*:\s*(?P<reason>\S.*)$")


@dataclass(slots=True)
class Waiver:
    """One comment: where it stands, the line that it is about, and its codes not used yet.

    `behind` is the end of what stands before it on its line, and `listed` where its codes do.
    """

    at: Span
    line: int
    codes: tuple[str, ...]
    behind: int
    listed: Span
    used: set[str] = field(default_factory=set)


def suppress(
    found: Iterable[Diagnostic],
    sources: Mapping[str, Source],
    path: str,
    *,
    is_plan: bool,
    proven: bool = True,
) -> list[Diagnostic]:
    """The findings without the allowed warnings.

    A comment without a code or a reason is a finding, and so is one in the file `path` that
    takes out nothing; a file that `path` uses may be warned of in another plan only. So may
    `path` itself where it is no plan: what its comments allow is then not surely gone. What only
    proofs can find is not missed where nothing was `proven`.
    """
    allowed: dict[tuple[str, int, str], Waiver] = {}
    kept: list[Diagnostic] = []
    comments: list[Waiver] = []
    for source in sources.values():
        if "allow" not in source.text:
            continue
        for one in _comments(source):
            if isinstance(one, Diagnostic):
                kept.append(one)
                continue
            comments.append(one)
            for code in one.codes:
                allowed[source.path, one.line, code] = one
    if not comments and not kept:
        return list(found)
    for finding in found:
        by = allowed.get((finding.span.path, finding.span.line, finding.code))
        if by is None or finding.is_error:
            kept.append(finding)
        else:
            by.used.add(finding.code)
    if not proven:
        for one in comments:
            one.used.update(code for code in one.codes if is_proof(code))
    return [*kept, *_unused(comments, path, is_plan)]


def _comments(source: Source) -> Iterator[Waiver | Diagnostic]:
    for index, line in enumerate(source.text.split("\n"), 1):
        found = _ALLOW.match(line) if "allow" in line else None
        if found is None:
            continue
        start = found.end("code") + 1
        at = Span(source.path, index, start, len(line.rstrip()) + 1)
        said = _REST.match(found["rest"])
        if said is None:
            named = _WARNING.search(found["rest"])
            code = named[0].upper() if named else "W5xx"
            yield Diagnostic(
                "W591",
                "this comment does not say what it allows and why",
                at,
                help=f"write it as `# allow {code}: the reason`, or reword the comment",
            )
            continue
        codes = tuple(re.split(r"\s*,\s*", said["codes"]))
        errors = [code for code in codes if code.startswith("E")]
        if errors:
            yield Diagnostic(
                "W591",
                f"{errors[0]} is an error, and an error cannot be allowed",
                at,
                help="mend the plan instead",
            )
            continue
        about = index if found["code"].strip() else _next_line(source, index)
        first = found.start("rest") + said.start("codes") + 1
        listed = at._replace(column=first, end=first + len(said["codes"]))
        yield Waiver(at, about, codes, len(found["code"].rstrip()), listed)


def _next_line(source: Source, index: int) -> int:
    """The next line that is no comment and not blank."""
    lines = source.text.split("\n")
    for number, line in enumerate(lines[index:], index + 1):
        text = line.strip()
        if text and not text.startswith("#"):
            return number
    return index


def _unused(comments: Iterable[Waiver], path: str, is_plan: bool) -> Iterator[Diagnostic]:
    for one in comments:
        unused = [code for code in one.codes if code not in one.used]
        if unused and one.at.path == path:
            from ratedsl.checks.codes import CODES  # noqa: PLC0415

            strange = [code for code in unused if code not in CODES]
            yield Diagnostic(
                "W592",
                f"nothing here gives {' or '.join(unused)}",
                one.at,
                help=f"there is no code {strange[0]}: `ratedsl explain` lists them"
                if strange
                else "delete the comment: what it allowed is gone",
                fixes=(_without(one, unused, safe=is_plan),),
            )


def _without(one: Waiver, unused: list[str], *, safe: bool) -> Fix:
    """The comment without the codes that it allows in vain, or no comment at all."""
    kept = [code for code in one.codes if code not in unused]
    if kept:
        return Fix("take the code out", (Edit(one.listed, ", ".join(kept)),), safe)
    if not one.behind:
        return line_deleted(one.at, safe=safe)
    gone = one.at._replace(column=one.behind + 1)
    return Fix("delete the comment", (Edit(gone, ""),), safe)
