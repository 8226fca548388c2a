"""Builds the facts of exchange rates, parties and what is paid between them."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.lang.build.values import ValueBuilder


class PartyBuilder(ValueBuilder):
    """Builds the facts of exchange rates, parties and what is paid between them."""

    def exchange(self, money: ast.Value, per: ast.Word, dated: ast.Dated) -> ast.Amount:
        span = self._line_span()
        return ast.Amount("exchange", span, money, per, None, None, (), None, dated)

    def paid_to(self, payee: ast.Word) -> ast.Setting:
        return self._setting("to", payee)

    def paid_by(self, payer: ast.Word, payee: ast.Word | None) -> ast.Setting:
        return self._setting("by", payer, payee)
