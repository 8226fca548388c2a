"""Money as people write it: every decimal that the amount has, in the reader's locale.

Amounts are `Decimal` and stay so: nothing here rounds and nothing is a float.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING

from ratedsl.plan.currencies import CURRENCIES

if TYPE_CHECKING:
    from babel.numbers import NumberPattern

# What most currencies have, for a code that is not in the table.
USUAL_DIGITS = 2


def known_currencies() -> frozenset[str]:
    """Every currency code that a plan may name."""
    return frozenset(CURRENCIES)


def minor_digits(currency: str) -> int:
    """How many digits after the point amounts of the currency are written with."""
    return CURRENCIES.get(currency, USUAL_DIGITS)


def shared_digits(amounts: Iterable[Decimal], currency: str) -> int:
    """Digits that show each of the amounts whole, so that a column of them lines up."""
    return max([minor_digits(currency), *(_digits(amount) for amount in amounts)])


def format_money(amount: Decimal, currency: str, locale: str = "en") -> str:
    """The amount with its currency symbol, exact: `€1,234.50`, `-$0.0004` is never cut.

    At least the currency's minor digits are shown, and all that the amount has.
    """
    digits = max(minor_digits(currency), _digits(amount))
    return _written(amount, digits, locale, currency)


def format_amount(amount: Decimal, currency: str, locale: str = "en", digits: int = 0) -> str:
    """The amount without its currency, exact, for a column that names the currency once.

    `digits` asks for more digits than the amount has; it never takes any away.
    """
    digits = max(minor_digits(currency), _digits(amount), digits)
    return _written(amount, digits, locale)


def _written(amount: Decimal, digits: int, locale: str, currency: str = "") -> str:
    pattern = _pattern(locale, digits, currency)
    with localcontext() as context:
        # babel normalises under the current context, which would round a long amount.
        context.prec = len(amount.as_tuple().digits) + abs(amount.adjusted()) + digits + 1
        value = amount if amount else amount.copy_abs()  # nobody owes minus nothing
        return str(pattern.apply(value, locale, currency=currency or None, currency_digits=False))


def _digits(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{amount} is not an amount of money")
    return max(-exponent, 0)


@lru_cache(maxsize=64)
def _pattern(locale: str, digits: int, currency: str) -> NumberPattern:
    """The locale's way to write a number, with exactly `digits` digits after the point."""
    from babel import Locale  # noqa: PLC0415
    from babel.numbers import get_currency_symbol, parse_pattern  # noqa: PLC0415

    known = Locale.parse(locale)
    if not currency:
        written = known.decimal_formats[None].pattern
    else:
        written = known.currency_formats["standard"].pattern
        if get_currency_symbol(currency, known)[-1:].isalpha():
            # CLDR's currency spacing, which babel leaves to its callers: `CHF 7`, but `€7`.
            written = written.replace("¤#", "¤\u00a0#").replace("¤0", "¤\u00a00")
    pattern = parse_pattern(written)
    pattern.frac_prec = (digits, digits)
    return pattern
