"""From the parser's productions to syntax tree nodes, one method a production."""

from __future__ import annotations

from ratedsl.lang import ast
from ratedsl.lang.build.balances import BalanceBuilder
from ratedsl.lang.build.charges import ChargeBuilder
from ratedsl.lang.build.frame import FrameBuilder
from ratedsl.lang.build.parties import PartyBuilder
from ratedsl.lang.build.taxes import TaxBuilder
from ratedsl.lang.build.tests import TestBuilder
from ratedsl.lang.build.usage import UsageBuilder
from ratedsl.lang.words import Lexeme


class Builder(
    FrameBuilder,
    UsageBuilder,
    BalanceBuilder,
    ChargeBuilder,
    PartyBuilder,
    TaxBuilder,
    TestBuilder,
):
    """Builds the node of one line: a header, or a fact of any kind of record."""

    def header(
        self,
        override: Lexeme | None,
        addon: Lexeme | None,
        kind: ast.Word,
        name: ast.Word | None,
        title: ast.Word | None,
        table: ast.Word | None,
        match: ast.Match | None,
    ) -> ast.Record:
        text = title.text if title else ""
        span = self._line_span()
        return ast.Record(
            kind, name, text, bool(override), bool(addon), match, table, span, self.source
        )
