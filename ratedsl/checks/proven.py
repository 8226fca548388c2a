"""Which codes only `check` and the app look for, since they take a sweep over the whole plan."""

from __future__ import annotations


def is_proof(code: str) -> bool:
    """Whether a code is one of the proofs: W530 to W579."""
    return "W530" <= code < "W580"
