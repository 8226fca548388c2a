"""The words that open records and facts: what a plan can be made of, at a glance."""

from __future__ import annotations

FACTS: dict[str, tuple[str, ...]] = {
    "plan": (
        *("currency", "timezone", "sold", "cycle", "trial", "bills", "rounding"),
        "cancel",
        *("exchange", "home", "sources", "extends", "drops"),
        *("change", "suspend", "keeps", "moves", "due", "late", "deposits"),
        *("negative", "offers"),
    ),
    "unit": ("equals", "decimals"),
    "service": ("measured", "negative", "attribute"),
    "zone": ("prefix", "except", "country", "network", "includes", "lines"),
    "holidays": ("date", "easter", "includes"),
    "window": ("hours", "dates", "except", "order"),
    "fee": (
        *("amount", "tiers", "tier", "prorated", "periods", "waived", "reduced", "indexed"),
        *("spread", "term", "leaving", "category", "description", "provider", "when"),
    ),
    "rate": (
        *("billed", "minimum", "maximum", "setup", "attempt", "release", "unanswered"),
        *("grace", "free", "price", "tiers", "tier", "across", "adds", "when", "order"),
        *("matrix", "cell", "category", "description", "provider"),
    ),
    "deck": (
        *("priced", "separator", "decimal", "increments", "billed", "minimum", "maximum"),
        *("setup", "attempt", "release", "unanswered", "grace", "across", "when", "order"),
        *("category", "description", "provider"),
    ),
    "cost": (
        *("billed", "minimum", "maximum", "setup", "attempt", "release", "unanswered"),
        *("grace", "free", "price", "tiers", "tier", "across", "adds", "when", "order"),
        *("matrix", "cell", "priced", "separator", "decimal", "increments", "paid"),
    ),
    "issuer": (
        *("address", "contact", "tax", "complaints", "privacy", "network", "discounts"),
        "accessibility",
    ),
    "contract": (
        *("access", "download", "upload", "latency", "remedies", "equipment", "base", "notice"),
        *("ending", "terms", "information", "identifier"),
    ),
    "party": ("currency", "rounding"),
    "commission": ("percent", "counting", "paid"),
    "allowance": (
        *("grant", "sized", "covers", "draws", "ends", "setup", "rollover", "after", "order"),
        *("prorated", "pooled", "limit"),
    ),
    "pool": ("members",),
    "wallet": ("pays", "held", "after", "expires", "taxed", "order"),
    "cap": ("amount", "then", "alert", "order"),
    "commitment": ("amount", "prorated", "counting"),
    "discount": (
        *("percent", "amount", "tiers", "tier", "applies", "stacks", "limit", "lasts"),
        *("code", "carries", "when", "order"),
    ),
    "tax": (
        *("percent", "bracket", "amount", "base", "before", "added", "shown", "level", "exempt"),
        *("first", "capped", "reverse", "within", "replaces", "dated", "rounding", "group"),
        *("source", "when"),
    ),
    "exemption": ("levels", "taxes", "charges", "when"),
    "jurisdiction": ("within", "country", "network"),
    "bundle": ("splits", "part", "when"),
    "taxes": ("only",),
    "test": ("on", "given", "act", "event", "invoice", "expect"),
    "table": ("columns", "row", "on", "given", "act", "event", "invoice", "expect"),
}
"""Every kind of record, with the keywords that may open one of its facts."""

KINDS = tuple(FACTS)
