"""Two versions of a plan become the list of what changed, record by record.

Records are the same if they are of one kind and id, wherever they stand. A record that means
the same has not changed, whatever its text: order, spaces, comments and other words for the
same quantity give no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ratedsl.diff.change import Change, PlanDiff, in_order
from ratedsl.diff.classify import classes_of_fact, classes_of_record
from ratedsl.diff.facts import FactChange, Words, differing, fact_changes, is_set
from ratedsl.diff.tables import table_changes
from ratedsl.diff.version import Key, Version, of_table
from ratedsl.lang import ast
from ratedsl.plan.model import Element

_FIELDS = {
    **{"deck": "rates", "cap": "caps", "tax": "taxes", "holidays": "holidays"},
    **{"bundle": "bundles", "discount": "discounts", "exemption": "exemptions"},
}
_FEW = 6


def compare(old: Version | None, new: Version | None, today: date) -> PlanDiff:
    """What changed from one version to the other; None is a plan that was not, or is not, there.

    A change that begins before `today` is retroactive, if the plan was on sale by then.
    """
    version = new or old
    assert version is not None
    record = version.names.plan
    diff = PlanDiff(
        record.name if record else "",
        record.title if record else "",
        version.shown,
        old.plan.content_hash if old and old.plan else "",
        new.plan.content_hash if new and new.plan else "",
    )
    before, after = old.records() if old else {}, new.records() if new else {}
    was, now = old.compiled() if old else {}, new.compiled() if new else {}
    renamed = dict(_renamed(before, after, was, now))
    sold = new.plan.sold.start if new and new.plan else None
    for key in sorted({*before, *after}, key=lambda one: (one[0] != "plan", one)):
        one, other = before.get(key), after.get(key)
        if key in renamed.values():
            continue
        if one is not None and key in renamed:
            other = after[renamed[key]]
            words = f"{key[0]} {key[1]} is now called {renamed[key][1]}"
            diff.changes.append(
                Change(
                    f"{key[0]} {renamed[key][1]}",
                    other.title,
                    words,
                    ("renamed",),
                    before=one.span,
                    after=other.span,
                )
            )
        elif one is None or other is None:
            version_of = new if other is not None else old
            assert version_of is not None
            diff.changes.append(_whole(key, one, other, version_of))
        elif _meant(_elements(was, key)) != _meant(_elements(now, key)) or not _elements(now, key):
            assert old is not None and new is not None
            diff.changes += _record_changes(key, one, other, (old, new), (was, now), sold, today)
    diff.changes += _test_changes(old, new)
    return diff


def _elements(compiled: Mapping[Key, list[Element]], key: Key) -> list[Element]:
    kind, name = key
    return compiled.get((_FIELDS.get(kind, f"{kind}s"), name), [])


def _renamed(
    before: Mapping[Key, ast.Record],
    after: Mapping[Key, ast.Record],
    was: Mapping[Key, list[Element]],
    now: Mapping[Key, list[Element]],
) -> Iterator[tuple[Key, Key]]:
    """Records that are gone and stand there under another id with the same content."""
    new = [key for key in after if key not in before]
    for key in before:
        mine = _elements(was, key)
        if key in after or not mine:
            continue
        for other in new:
            if other[0] == key[0] and _nameless(_elements(now, other)) == _nameless(mine):
                new.remove(other)
                yield key, other
                break


def _meant(elements: list[Element]) -> list[dict[str, object]]:
    """What elements mean, without their places in the text."""
    return [one.model_dump(exclude_defaults=True) for one in elements]


def _nameless(elements: list[Element]) -> list[dict[str, object]]:
    return [{**one, "id": "", "title": ""} for one in _meant(elements)]


def _whole(key: Key, old: ast.Record | None, new: ast.Record | None, version: Version) -> Change:
    """A record that is new or gone, with its facts in short."""
    record = new or old
    assert record is not None
    words = f"{'new' if old is None else 'removed'}: {_said(record, version)}"
    return Change(
        f"{key[0]} {key[1]}",
        record.title,
        words,
        in_order(classes_of_record(key[0], added=old is None)),
        before=old.span if old else None,
        after=new.span if new else None,
    )


def _said(record: ast.Record, version: Version) -> str:
    """The first facts of a record, or the row of a table that it is."""
    if of_table(record):
        return version.text_of(record.span)
    facts = [" ".join(version.text_of(fact.span).split()) for fact in record.facts]
    shown = "; ".join(facts[:_FEW])
    return f"{shown}; and {len(facts) - _FEW} more" if len(facts) > _FEW else shown or "no facts"


def _record_changes(
    key: Key,
    old: ast.Record,
    new: ast.Record,
    versions: tuple[Version, Version],
    compiled: tuple[Mapping[Key, list[Element]], Mapping[Key, list[Element]]],
    sold: date | None,
    today: date,
) -> Iterator[Change]:
    record = f"{key[0]} {key[1]}"
    places = (None, old.span, new.span)
    if old.title != new.title:
        words = f"title “{old.title}” → “{new.title}”"
        yield Change(record, new.title, words, ("text",), *places)
    header = _header_words(old), _header_words(new)
    if header[0] != header[1]:
        words = _arrow(*differing(*header))
        yield Change(record, new.title, words, ("changed",), *places)
    if of_table(new) and of_table(old):
        words = f"row {versions[0].text_of(old.span)} → {versions[1].text_of(new.span)}"
        yield Change(record, new.title, words, in_order({_of_row(key[0])}), *places)
        return
    count = 0
    sets: dict[tuple[str, bool], list[FactChange]] = {}
    for change in fact_changes(key[0], old, new, *versions):
        count += 1
        if is_set(key[0], change.keyword):
            sets.setdefault((change.keyword, change.old is None), []).append(change)
            continue
        classes = classes_of_fact(key[0], change, sold, today)
        yield Change(
            *(record, new.title, words_of(change), in_order(classes)),
            *(change.start, change.before, change.after),
        )
    for (keyword, added), changes in sets.items():
        yield _set_change(key[0], record, new.title, keyword, changes, added=added)
    if not count:
        yield from table_changes(
            record, new, _elements(compiled[0], key), _elements(compiled[1], key), today
        )


def _of_row(kind: str) -> str:
    return "tax" if kind in ("tax", "jurisdiction") else "changed"


def _header_words(record: ast.Record) -> Words:
    words = ["addon"] if record.addon else []
    if record.table is not None:
        words += ["from", f'"{record.table.text}"']
    if record.match is not None:
        span = record.match.span
        text = record.source.line(span.line) if span.path == record.source.path else ""
        words += ["for", *text[span.column - 1 : span.end - 1].replace(",", " , ").split()]
    return tuple(words)


def words_of(change: FactChange) -> str:
    """The change in the words of the fact: what it said, what it says, and since when."""
    when = ""
    if change.start is not None:
        when = f", from {change.start}"
    if change.end is not None:
        when += f"{',' if not when else ''} through {change.end - timedelta(days=1)}"
    if change.old is None or change.new is None:
        words = change.new or change.old
        assert words is not None
        return f"{_text(words)}: {'new' if change.old is None else 'gone'}{when}"
    return _arrow(*differing(change.old, change.new)) + when


def _arrow(front: Words, old: Words, new: Words, back: Words) -> str:
    middle = f"{_text(old) or 'nothing'} → {_text(new) or 'nothing'}"
    return " ".join(part for part in (_text(front), middle, _text(back)) if part)


def _text(words: Words) -> str:
    return " ".join(words).replace(" ,", ",")


def _set_change(
    kind: str, record: str, title: str, keyword: str, changes: list[FactChange], *, added: bool
) -> Change:
    """Facts that each stand for themselves, added or removed together."""
    said = [_text((one.new or one.old or ())[1:]) for one in changes]
    shown = ", ".join(said[:_FEW])
    if len(said) > _FEW:
        shown += f" and {len(said) - _FEW} more"
    first = changes[0]
    if kind == "allowance" and keyword == "covers":
        classes: tuple[str, ...] = ("allowance-up",) if added else ("allowance-down",)
    elif kind in ("tax", "exemption", "bundle"):
        classes = ("tax",)
    else:
        classes = ("changed",)
    words = f"{keyword} {'also' if added else 'no longer'} {shown}"
    return Change(record, title, words, classes, None, first.before, first.after)


def _test_changes(old: Version | None, new: Version | None) -> Iterator[Change]:
    """Tests that came, went, or say something else, by title."""
    was = {one.title: one for one in (old.plan.tests if old and old.plan else ())}
    now = {one.title: one for one in (new.plan.tests if new and new.plan else ())}
    if old is None or new is None:
        return
    for title in dict.fromkeys((*was, *now)):
        one, other = was.get(title), now.get(title)
        if (one and one.model_dump()) == (other and other.model_dump()):
            continue
        words = "new" if one is None else "removed" if other is None else "says something else"
        yield Change(
            f"test “{title}”",
            "",
            words,
            ("tests",),
            before=one.at if one else None,
            after=other.at if other else None,
        )
