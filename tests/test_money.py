"""Money is printed whole: no digit of an amount is ever lost, rounded or invented."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from ratedsl.plan.countries import COUNTRIES
from ratedsl.plan.currencies import CURRENCIES
from ratedsl.report.money import (
    format_amount,
    format_money,
    known_currencies,
    minor_digits,
    shared_digits,
)


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("20", "EUR", "en", "€20.00"),
        ("1234.5", "USD", "en", "$1,234.50"),
        ("0.0004", "USD", "en", "$0.0004"),
        ("-3.1", "USD", "en", "-$3.10"),
        ("-0.00", "EUR", "en", "€0.00"),
        ("100", "JPY", "en", "¥100"),
        ("0.5", "JPY", "en", "¥0.5"),
        ("1.5", "KWD", "en", "KWD\u00a01.500"),
        ("1E+3", "CHF", "en", "CHF\u00a01,000.00"),
        ("1234.5", "EUR", "de", "1.234,50\u00a0€"),
        ("1234567.1", "INR", "en_IN", "₹12,34,567.10"),
        ("7", "QQQ", "en", "QQQ\u00a07.00"),
    ],
)
def test_money_reads_as_people_write_it(amount: str, currency: str, locale: str, text: str) -> None:
    assert format_money(Decimal(amount), currency, locale) == text


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6),
    st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_no_digit_is_lost(amount: Decimal, currency: str) -> None:
    assert Decimal(format_amount(amount, currency).replace(",", "")) == amount


def test_amount_longer_than_the_default_decimal_context_stays_exact() -> None:
    amount = Decimal("123456789012345678901234567890123456789.123456")
    assert format_amount(amount, "EUR").replace(",", "") == str(amount)
    assert format_money(amount, "EUR").replace(",", "") == f"€{amount}"


def test_a_column_shares_the_digits_of_its_longest_amount() -> None:
    amounts = [Decimal("20"), Decimal("0.1217"), Decimal("3.5")]
    digits = shared_digits(amounts, "EUR")
    assert [format_amount(one, "EUR", digits=digits) for one in amounts] == [
        "20.0000",
        "0.1217",
        "3.5000",
    ]
    assert shared_digits([], "JPY") == 0


def test_what_is_no_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="not an amount"):
        format_money(Decimal("NaN"), "EUR")


def test_currency_table_agrees_with_cldr() -> None:
    assert {code: get_currency_precision(code) for code in CURRENCIES} == CURRENCIES
    names = Locale("en").currencies
    assert [code for code in CURRENCIES if code not in names] == []


def test_currency_table_has_all_legal_tender() -> None:
    tender = {
        code
        for held in get_global("territory_currencies").values()
        for code, _, until, is_tender in held
        if until is None and is_tender
    }
    assert tender - known_currencies() == set()
    assert {"EUR", "USD", "GBP", "BRL", "INR", "CLF"} <= known_currencies()
    assert not {"EURO", "XXX", "XTS", "DEM"} & known_currencies()


def test_minor_digits() -> None:
    assert [minor_digits(code) for code in ("EUR", "JPY", "KWD", "CLF", "QQQ")] == [2, 0, 3, 4, 2]


def test_every_country_is_known_to_the_locale_library() -> None:
    regions = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
    assert {code for code in Locale("en").territories if code.isalpha()} - regions == COUNTRIES
