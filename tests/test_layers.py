"""What may import what: the app sits on the library, and heavy libraries load late."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path

import pytest

from ratedsl.cli.main import VERBS

ROOT = Path(__file__).parent.parent

# Each costs more than the start of the interpreter itself.
HEAVY = {"babel", "lark", "numpy", "pydantic", "pygls", "rich", "shtab", "sqlite3"} | {
    *("sqlite_utils", "textual")
}
SCREEN = {"textual", "tui", "watchdog"}
# The one verb whose work is to open the app, and the one that watches files without it.
MAY_IMPORT = {"ratedsl/cli/tui.py": SCREEN, "ratedsl/cli/watch.py": {"watchdog"}}


def imports(path: Path) -> Iterator[str]:
    """Top-level packages that a module imports anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def test_the_library_knows_no_screen() -> None:
    modules = {path.relative_to(ROOT).as_posix(): path for path in ROOT.glob("ratedsl/**/*.py")}
    assert "ratedsl/cli/main.py" in modules
    wrong = {
        name: found
        for name, path in modules.items()
        if (found := SCREEN & set(imports(path)) - MAY_IMPORT.get(name, set()))
    }
    assert wrong == {}


def loaded_by(program: str) -> set[str]:
    """Top-level packages that are loaded once the program has run in a fresh interpreter."""
    listing = "import sys; print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\n{listing}"], capture_output=True, check=True, text=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "program",
    [
        "import ratedsl",
        "import ratedsl.cli.main",
        "from ratedsl.cli.main import main; main(['--help'])",
        "from ratedsl.cli.main import main; main(['--version'])",
        "import ratedsl.plan.currencies",
        "import ratedsl.report.diagnostics_text, ratedsl.report.diagnostics_concise",
        "import ratedsl.report.diagnostics_github, ratedsl.report.diagnostics_json",
        "import ratedsl.report.money",
    ],
)
def test_what_runs_first_loads_nothing_heavy(program: str) -> None:
    assert loaded_by(program) & HEAVY == set()


def test_the_probe_sees_what_is_loaded() -> None:
    assert "rich" in loaded_by("import rich.text")


def test_the_entry_point_imports_only_what_every_verb_needs() -> None:
    tree = ast.parse((ROOT / "ratedsl/cli/main.py").read_text(encoding="utf-8"))
    top = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name for name in top if name.startswith("ratedsl")} == {
        "ratedsl.cli.problem",
        "ratedsl.report.safe",
    }


def test_every_verb_has_a_module_of_its_name() -> None:
    assert {name: module for name, (module, _) in VERBS.items()} == {
        # A word of Python's own cannot name a module that others import.
        name: f"ratedsl.cli.{name}{'_' if iskeyword(name) else ''}"
        for name in VERBS
    }
