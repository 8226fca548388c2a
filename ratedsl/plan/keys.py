"""The key of a fact: what makes two facts of a record the same fact said again.

Facts of one key form one dated timeline, and an `override` replaces the inherited facts of
the keys that it states. Facts of the set kind (`prefix`, `covers`, ...) each stand alone.
"""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.lang.ast.meaning import meaning
from ratedsl.plan.currencies import CURRENCIES

SETS = {
    "zone": {"prefix", "except", "country", "network", "includes"},
    "holidays": {"date", "easter", "includes"},
    "window": {"hours", "dates", "except"},
    "rate": {"when"},
    "deck": {"when"},
    "cost": {"when"},
    "allowance": {"covers"},
    "pool": {"members"},
    "cap": {"alert"},
    "fee": {"when"},
    "discount": {"when"},
    "tax": {"exempt", "when"},
    "exemption": {"when"},
    "bundle": {"when"},
    "plan": {"drops", "offers"},
    "issuer": {"accessibility"},
    "contract": {"information"},
    "test": {"given", "act", "event", "expect"},
}
"""Facts of which a record may have any number, by kind of record."""

WHOLE = {"plan": {"offers"}}
"""Sets of which a record that changes another states all or nothing, by kind of record."""

Key = tuple[str, ...]


def key_of(kind: str, fact: ast.Fact) -> Key:
    """The key of `fact` in a record of `kind`."""
    if fact.keyword in SETS.get(kind, ()):
        return (fact.keyword, _text(fact))
    match fact:
        case ast.Price(window=window, first=first):
            return ("price", window.text if window else "", _amount_text(first))
        case ast.PercentPrice(window=window):
            return ("price", window.text if window else "", "")
        case ast.Setup(window=window) | ast.Billed(window=window):
            return (fact.keyword, window.text if window else "")
        case ast.FreeFirst(value=value):
            return ("free", value.unit.text)
        case ast.Index(day=day):
            return ("indexed", str(day.value))
        case ast.Tier(bound=bound) | ast.FeeTier(bound=bound) | ast.PercentTier(bound=bound):
            return ("tier", bound.kind, _amount_text(bound.value))
        case ast.Setting():
            return _setting_key(kind, fact)
        case ast.TaxBase(of=of):
            # So that a plan can restate the share of the same charges.
            return ("base", *sorted(word.text for word in of))
        case ast.Amount(keyword="exchange", money=money, per=per):
            # One timeline for two currencies, whichever of them the rate is for.
            return (
                "exchange",
                *sorted((money.unit.text if money else "", per.text if per else "")),
            )
        case ast.Percent() | ast.Amount() | ast.TaxBracket():
            # A tax or a discount may change its shape, so both share one key.
            return ("amount",)
        case _:
            # Either of the two says how much an allowance gives.
            return ("grant" if fact.keyword == "sized" else fact.keyword, *_named(fact))


def _named(fact: ast.Fact) -> Key:
    """What a fact is about that starts with names: the values of a cell, an attribute."""
    if isinstance(fact, ast.Cell):
        return tuple(word.text for word in fact.values)
    if isinstance(fact, ast.Setting) and fact.keyword == "attribute":
        return (fact.words[0].text,)
    return ()


def _setting_key(kind: str, fact: ast.Setting) -> Key:
    """The key of a fact of plain words."""
    if fact.keyword == "minimum" and fact.value is not None:
        # A least quantity and a least charge may stand side by side.
        return ("minimum", "money" if fact.value.unit.text in CURRENCIES else "quantity")
    if fact.keyword == "rounding" and kind != "tax":
        return ("rounding", fact.variant, *(word.text for word in fact.words[1:]))
    if fact.keyword == "across":
        # Edges of windows and dates are two questions.
        return ("across", "dates" if fact.variant == "dates" else "windows")
    if fact.keyword in ("sources", "part", "download", "upload"):
        return (fact.keyword, fact.words[0].text)
    return (fact.keyword,)


def _amount_text(value: ast.Value | None) -> str:
    """An amount however it is written; a number of any length, which decimals are not."""
    if value is None:
        return ""
    sign, _, digits = value.number.text.rpartition("-")
    whole, _, part = digits.partition(".")
    return f"{sign and '-'}{whole.lstrip('0') or '0'}.{part.rstrip('0')} {value.unit.text}"


def _text(fact: ast.Fact) -> str:
    """What a set's fact says, without its place."""
    return repr(meaning(fact))
