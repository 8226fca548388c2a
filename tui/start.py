"""What to open where the command line does not say."""

from __future__ import annotations

from pathlib import Path

from ratedsl.lang.textfile import FileTrouble
from tui.usage_desk import plan_id

DEMO_USAGE = Path(".ratedsl/demo.db")


def find_plan(wished: Path | None) -> Path:
    """The file to open: the wished one, or the first plan of the wished or usual folder.

    Raises FileTrouble where there is none.
    """
    if wished is not None and not wished.is_dir():
        if not wished.exists():
            raise FileTrouble(f"no such file: {wished}")
        return wished
    folders = [Path("plans"), Path()] if wished is None else [wished]
    for folder in folders:
        for path in sorted(folder.glob("*.rate")):
            if not path.name.startswith(".") and _has_plan(path):
                return path
    where = " or ".join(f"`{folder}`" for folder in folders) if wished else "`plans/` or here"
    raise FileTrouble(f"no plan in {where}; name one: ratedsl tui PLAN")


def find_usage(wished: Path | None) -> Path | None:
    """The database to bill from: the wished one, or the demo's if it is there."""
    if wished is None:
        return DEMO_USAGE if DEMO_USAGE.is_file() else None
    if not wished.is_file():
        raise FileTrouble(f"no such database: {wished}")
    return wished


def _has_plan(path: Path) -> bool:
    try:
        return bool(plan_id(path.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return False
