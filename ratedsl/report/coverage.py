"""Which clauses tests exercise, for people and as JSON. A share is never rounded up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ratedsl.report.paint import painter
from ratedsl.report.safe import safe_text
from ratedsl.testing.covered import Covered, percent_down


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The clauses of all files, and the share of them that is asked for, in percent."""

    files: Sequence[Covered]
    threshold: Decimal | None = None

    @property
    def clauses(self) -> int:
        """How many clauses there are."""
        return sum(one.clauses for one in self.files)

    @property
    def exercised(self) -> int:
        """How many of them some test exercises."""
        return sum(one.exercised for one in self.files)

    @property
    def enough(self) -> bool:
        """Whether the share that is asked for is reached, exactly."""
        if self.threshold is None or not self.clauses:
            return True
        return Fraction(self.exercised, self.clauses) * 100 >= Fraction(self.threshold)


def coverage_text(report: CoverageReport, *, colour: bool = False) -> str:
    """Each clause that no test exercises, by file and line, then the sums."""
    paint = painter(colour)
    lines = []
    for one in report.files:
        share = percent_down(one.exercised, one.clauses)
        whole = not one.uncovered
        glyph = paint("clean", "✓") if whole else paint("warning", "○")
        lines.append(
            f"{glyph} {safe_text(one.path)}: {one.exercised} of {one.clauses} clauses "
            f"exercised, {share}%"
        )
        wide = max((len(clause.at.place) for clause in one.uncovered), default=0)
        records = max((len(clause.record) for clause in one.uncovered), default=0)
        for clause in one.uncovered:
            place, record = clause.at.place.ljust(wide), clause.record.ljust(records)
            lines.append(f"    {safe_text(place)}  {safe_text(record)}  {safe_text(clause.text)}")
    share = percent_down(report.exercised, report.clauses)
    asked = "" if report.enough else f", less than the {report.threshold}% asked for"
    mark = "" if report.enough else f"{paint('error', '✖')} "
    lines.append(f"{mark}coverage: {report.exercised} of {report.clauses} clauses, {share}%{asked}")
    return "\n".join(lines) + "\n"


def coverage_json(report: CoverageReport) -> dict[str, object]:
    """The same as a mapping; percentages are text, rounded down to one decimal."""
    return {
        "clauses": report.clauses,
        "exercised": report.exercised,
        "percent": percent_down(report.exercised, report.clauses),
        "threshold": None if report.threshold is None else str(report.threshold),
        "enough": report.enough,
        "files": [
            {
                "path": one.path,
                "clauses": one.clauses,
                "exercised": one.exercised,
                "percent": percent_down(one.exercised, one.clauses),
                "uncovered": [
                    {"at": clause.at.place, "record": clause.record, "text": clause.text}
                    for clause in one.uncovered
                ],
            }
            for one in report.files
        ],
    }
