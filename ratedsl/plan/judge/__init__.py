"""Judgement of words and values: what a number with a unit, a name or a choice means.

Each judge adds to the one before: findings, then names, quantities, money, and last the facts
of a record. Every method returns None for what it cannot accept, after reporting one diagnostic
that says what is wrong and how to mend it.
"""

from ratedsl.plan.judge.facts import Judge

__all__ = ["Judge"]
