"""Neovim itself, set up as docs/editors.md says, at work in a plan."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.language_server.editor import CHILD, PLAN, ZONES

NEOVIM = os.environ.get("NEOVIM") or shutil.which("nvim")
RECIPES = re.findall(
    r"^```lua\n(.*?)^```$",
    (Path(__file__).parents[2] / "docs" / "editors.md").read_text(),
    flags=re.DOTALL | re.MULTILINE,
)


def version() -> tuple[int, ...]:
    if NEOVIM is None:
        return ()
    said = subprocess.run([NEOVIM, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"NVIM v(\d+)\.(\d+)", said)
    return tuple(int(part) for part in found.groups()) if found else ()


@pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed (nvim, or NEOVIM=/path)")
def test_a_plan_in_neovim(tmp_path: Path) -> None:
    (tmp_path / "plans" / "shared").mkdir(parents=True)
    (tmp_path / "plans" / "demo.rate").write_text(PLAN)
    (tmp_path / "plans" / "young.rate").write_text(CHILD)
    (tmp_path / "plans" / "shared" / "zones.rate").write_text(ZONES)
    recent = version() >= (0, 11)
    (tmp_path / "config" / "nvim").mkdir(parents=True)
    (tmp_path / "config" / "nvim" / "init.lua").write_text(RECIPES[not recent])
    answers = tmp_path / "answers.json"
    driver = Path(__file__).with_name("neovim.lua")
    homes = {
        f"XDG_{name}_HOME": str(tmp_path / name.lower())
        for name in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    assert NEOVIM is not None
    command = f"lua assert(loadfile({str(driver)!r}))({{}}, {str(answers)!r})"
    done = subprocess.run(
        [NEOVIM, "--headless", "-c", command, "-c", "cquit"],
        cwd=tmp_path,
        env={**os.environ, **homes, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert answers.is_file(), done.stderr
    said = json.loads(answers.read_text())
    assert (said["client"], said["filetype"], said["comment"]) == ("ratedsl", "rate", "# %s")
    assert said["finding"] == "unknown currency `eur`\ndid you mean `EUR`?"
    assert said["action"] == "write `EUR`" and said["mended"] and said["clean"]
    assert "0.10 EUR per min in peak" in said["hover"]
    assert said["completion"] == ["peak", "off-peak"]
    assert said["definition"] == 'zone national "Portugal 😀"'
    assert said["references"] == 3
    assert said["renamed"] and said["refused"] and said["formatted"]
    if recent:
        assert said["hints"] == ["✓ passes", "✗ one figure differs", "✗ got 0.1 EUR"]
        assert said["colour"] == "keyword"
