"""Currency codes and their minor digits, at hand without loading a locale library.

`check` has to know a currency from a misspelt one in no time, and loading the Unicode CLDR
data through babel takes longer than checking a plan. A test compares this table with babel.
"""

from __future__ import annotations

# By digits after the point, as amounts are written in practice (CLDR), which for a few
# currencies is fewer than ISO 4217 lists. Legal tender, and the funds codes of ISO 4217 in
# which contracts are priced (Chile's CLF, for one).
_BY_DIGITS: dict[int, str] = {
    0: """
        AFN ALL BIF CLP DJF GNF IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PYG RSD RWF SOS
        SYP UGX UYI VND VUV XAF XOF XPF YER
    """,
    2: """
        AED AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
        CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP
        GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LKR
        LRD LSL MAD MDL MKD MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD
        PAB PEN PGK PHP PKR PLN QAR RON RUB SAR SBD SCR SDG SEK SGD SHP SLE SRD SSP STN SVC
        SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG XDR ZAR
        ZMW ZWG
    """,
    3: """
        BHD JOD KWD LYD OMR TND
    """,
    4: """
        CLF UYW
    """,
}

CURRENCIES: dict[str, int] = {
    code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()
}
