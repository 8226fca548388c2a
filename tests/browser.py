"""A page in a real browser: what it measures there, its picture, and its print.

Tests that use it are skipped, with this reason, where no Chromium is installed; nothing is
downloaded. A picture is kept where the test asks for it.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

BROWSER = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        if (found := shutil.which(name))
    ),
    None,
)
needs_browser = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium or Chrome is installed, so no page is looked at"
)

# What a page asks for from elsewhere, and what is wider than the window.
_MEASURE = """
<body><iframe id="page" style="border:0" width="{width}" height="2000" srcdoc="{page}"></iframe>
<script>
onload = () => {{
  const page = document.getElementById("page"), inner = page.contentDocument;
  const wide = [...inner.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > {width} + 0.5 && one.offsetParent !== null
  ).map((one) => one.tagName + ": " + one.textContent.slice(0, 40));
  const asked = page.contentWindow.performance.getEntriesByType("resource").map((one) => one.name);
  const found = {{
    width: inner.documentElement.scrollWidth, wide, asked,
    ground: page.contentWindow.getComputedStyle(inner.querySelector("article")).backgroundColor,
  }};
  document.body.innerHTML = "<pre>" + encodeURIComponent(JSON.stringify(found)) + "</pre>";
}};
</script></body>
"""


def run(folder: Path, *arguments: str) -> str:
    """Run the browser with an empty profile; it reaches nothing but files."""
    assert BROWSER is not None
    command = [
        *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *("--no-first-run", "--disable-quic", "--disable-background-networking"),
        *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"),
        f"--user-data-dir={folder / 'profile'}",
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode()


def measured(folder: Path, page: str, width: int, *, dark: bool = False) -> dict[str, object]:
    """The page in a window of a width: how wide it becomes, what sticks out, what it asks for."""
    outer = folder / "outer.html"
    outer.write_text(
        _MEASURE.format(width=width, page=html.escape(page, quote=True)), encoding="utf-8"
    )
    # Blink's own name for a preference of the reader: 0 is dark, 1 is light.
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    dumped = run(folder, scheme, "--window-size=1400,2200", "--dump-dom", outer.as_uri())
    found = re.search(r"<pre>(.*?)</pre>", dumped, re.DOTALL)
    assert found is not None, dumped[:2000]
    return dict(json.loads(unquote(html.unescape(found[1]))))


def picture(folder: Path, page: str, width: int, height: int, name: str) -> Path:
    """A picture of the page in a window of this size."""
    path, shot = folder / f"{name}.html", folder / f"{name}.png"
    path.write_text(page, encoding="utf-8")
    run(folder, f"--window-size={width},{height}", f"--screenshot={shot}", path.as_uri())
    return shot


def printed(folder: Path, page: str, name: str) -> tuple[int, tuple[int, int]]:
    """How many sheets the page prints on, and the size of the first in points."""
    path, made = folder / f"{name}.html", folder / f"{name}.pdf"
    path.write_text(page, encoding="utf-8")
    run(folder, "--no-pdf-header-footer", f"--print-to-pdf={made}", path.as_uri())
    data = made.read_bytes()
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert box is not None
    sheets = len(re.findall(rb"/Type /Page\b", data))
    return sheets, (round(float(box[1])), round(float(box[2])))
