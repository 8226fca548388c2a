"""The language server as an editor meets it: the real command, the real protocol, over pipes."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest

from ratedsl.lang.mending import apply_edits
from ratedsl.language_server.actions import actions
from ratedsl.language_server.completion import complete
from ratedsl.language_server.findings import findings
from ratedsl.language_server.folder import Folder, real
from ratedsl.language_server.hover import hover
from ratedsl.language_server.names import definition, occurrences
from ratedsl.language_server.outline import outline
from ratedsl.language_server.results import results
from tests.language_server.editor import CHILD, PLAN, ZONES, Client, texts_of


def test_it_says_what_it_can_do_and_leaves_when_told(tmp_path: Path) -> None:
    client = Client(tmp_path)
    can = client.start()["capabilities"]
    for name in (
        *("hover", "definition", "references", "documentHighlight", "documentFormatting"),
        *("documentSymbol", "workspaceSymbol", "foldingRange", "semanticTokens", "signatureHelp"),
    ):
        assert can[f"{name}Provider"]
    assert can["renameProvider"] == {"prepareProvider": True}
    assert can["completionProvider"]["triggerCharacters"] == [" ", '"', "/"]
    assert can["codeActionProvider"]["codeActionKinds"] == ["quickfix"]
    assert can["inlayHintProvider"]
    assert client.stop() == 0


def test_findings_follow_what_is_typed(client: Client) -> None:
    assert client.open("demo.rate", PLAN) == []
    (found,) = client.type("demo.rate", PLAN.replace("per min in peak", "per mim in peak"))
    assert found["code"] == "E303"
    assert found["source"] == "ratedsl"
    assert found["message"] == "unknown unit `mim`\ndid you mean `min`?"
    assert found["range"]["start"] == {"line": 11, "character": 25}
    assert client.type("demo.rate", PLAN) == []


def test_an_edit_of_a_stretch_is_followed(client: Client) -> None:
    client.open("demo.rate", PLAN)
    place = client.at("demo.rate", PLAN, "0.10 EUR", 5)["position"]
    end = {**place, "character": place["character"] + 3}
    client.notify(
        "textDocument/didChange",
        textDocument={"uri": client.uri("demo.rate"), "version": 2},
        contentChanges=[{"range": {"start": place, "end": end}, "text": "USD"}],
    )
    assert [one["code"] for one in client.findings("demo.rate")] == ["E302"]


def test_a_used_file_counts_as_it_is_typed(client: Client) -> None:
    client.open("demo.rate", PLAN)
    client.open("shared/zones.rate", ZONES)
    client.later.clear()
    client.type("shared/zones.rate", ZONES.replace("national", "portugal"))
    (found,) = client.findings("demo.rate")
    assert found["code"] == "E101"
    client.later.clear()
    client.close("shared/zones.rate")
    assert client.findings("demo.rate") == []


def test_hover_on_a_fact_has_its_forms_and_the_price_in_force(client: Client) -> None:
    client.open("demo.rate", PLAN)
    place = client.at("demo.rate", PLAN, "price     0.10")
    said = client.request("textDocument/hover", **place)["contents"]["value"]
    assert "`price MONEY per " in said
    assert "In force on " in said and "0.10 EUR per min" in said and "0.05 EUR per min" in said


def test_hover_on_a_name_says_what_it_is(client: Client) -> None:
    client.open("demo.rate", PLAN)
    said = client.request("textDocument/hover", **client.at("demo.rate", PLAN, "national"))
    assert "**zone national**" in said["contents"]["value"]
    assert "zones.rate:1" in said["contents"]["value"] and "+351" in said["contents"]["value"]
    assert said["range"]["start"] == {"line": 10, "character": 32}
    said = client.request("textDocument/hover", **client.at("demo.rate", PLAN, "of calls", 4))
    assert "**rate calls**" in said["contents"]["value"]
    assert "0.05 EUR per min" in said["contents"]["value"]


def test_hover_on_a_record_lists_its_facts_and_on_nothing_says_nothing(client: Client) -> None:
    client.open("demo.rate", PLAN)
    said = client.request("textDocument/hover", **client.at("demo.rate", PLAN, "window peak"))
    assert "`hours otherwise`" in said["contents"]["value"]
    assert client.request("textDocument/hover", **client.at("demo.rate", PLAN, '"Demo"')) is None


def test_definition_over_use_and_extends(client: Client) -> None:
    client.open("demo.rate", PLAN)
    found = client.request("textDocument/definition", **client.at("demo.rate", PLAN, "national"))
    assert found["uri"] == client.uri("shared/zones.rate")
    assert found["range"]["start"] == {"line": 0, "character": 5}
    client.open("young.rate", CHILD)
    for words, line in (("extends   demo", 1), ("rate calls", 10), ("off-peak", 8)):
        place = client.at("young.rate", CHILD, words, len(words))
        found = client.request("textDocument/definition", **place)
        assert (found["uri"], found["range"]["start"]["line"]) == (client.uri("demo.rate"), line)
    place = client.at("young.rate", CHILD, "demo.rate")
    assert client.request("textDocument/definition", **place)["uri"] == client.uri("demo.rate")


def test_references_over_all_files(client: Client) -> None:
    client.open("demo.rate", PLAN)
    found = client.request(
        "textDocument/references",
        **client.at("demo.rate", PLAN, "rate calls", 6),
        context={"includeDeclaration": True},
    )
    places = [(Path(one["uri"]).name, one["range"]["start"]["line"]) for one in found]
    assert places == [("demo.rate", 10), ("demo.rate", 15), ("young.rate", 3)]


def test_rename_over_all_files(client: Client) -> None:
    client.open("demo.rate", PLAN)
    place = client.at("demo.rate", PLAN, "off-peak")
    assert client.request("textDocument/prepareRename", **place)["start"]["character"] == 7
    edit = client.request("textDocument/rename", **place, newName="night")
    assert texts_of(edit["changes"]) == {
        "demo.rate": [(8, 7, "night"), (12, 32, "night")],
        "young.rate": [(4, 32, "night")],
    }


@pytest.mark.parametrize(
    ("words", "name", "reason"),
    [
        ("off-peak", "peak", "window `peak` is defined twice"),
        ("off-peak", "two words", "is no id"),
        ("calls", "usage", "cannot be an id"),
        ("calls", "stop", "already names a"),
        ("currency", "money", "no id of a record stands here"),
    ],
)
def test_a_rename_that_would_clash_is_refused(
    client: Client, words: str, name: str, reason: str
) -> None:
    client.open("demo.rate", PLAN)
    place = client.at("demo.rate", PLAN, words)
    answer = client.answer("textDocument/rename", **place, newName=name)
    assert reason in answer["error"]["message"]
    log = client.log.read_text(encoding="utf-8")
    assert "Traceback" not in log and reason not in log


def test_columns_count_as_the_client_does(client: Client) -> None:
    text = PLAN.replace('rate calls "Calls" for', 'rate calls "Calls 😀😀" for')
    client.open("demo.rate", text)
    place = client.at("demo.rate", text, "national")
    found = client.request("textDocument/hover", **place)
    assert found["range"]["start"] == {"line": 10, "character": 37}


def test_completion(client: Client) -> None:
    client.open("demo.rate", PLAN)

    def typed(old: str, new: str, words: str) -> list[str]:
        text = PLAN.replace(old, new, 1)
        client.type("demo.rate", text)
        return client.labels("demo.rate", text, words, len(words))

    assert typed("cap stop", "\ncap stop", "by start\n")[:2] == ["plan", "unit"]
    assert "price" in typed("  across ", "  \n  across ", "2026-01-01\n  ")[:20]
    assert "setup" not in typed("  then      blocked", "  th", "before tax\n  th")
    assert typed("in peak", "in ", "per min in ") == ["peak", "off-peak"]
    assert "national" in typed("to national", "to ", "voice to ")
    assert "min" in typed("0.10 EUR per min", "0.10 EUR per ", "0.10 EUR per ")
    assert typed("0.10 EUR", "0.10 ", "price     0.10 ")[0] == "EUR"
    assert "Europe/Lisbon" in typed("Europe/Lisbon", "Europe/", "timezone  Europe/")
    assert typed("windows by start", "", "across    ") == ["dates", "windows"]
    assert typed("half-up", "", "rounding  ") == ["up", "down", "half-up", "half-even", "half-down"]
    assert "calls" in typed("of calls", "of ", "cycle of ")
    assert "shared/zones.rate" in typed("shared/zones.rate", "", 'use "')
    assert typed("EUR per item", "EUR per item  # ", "item  # ") == []
    assert {"data", "voice"} <= set(typed("voice to national", "", '"Calls" for '))


def test_symbols(client: Client) -> None:
    client.open("demo.rate", PLAN + "rate broken for\n  price 1 EUR\n")
    uri = client.uri("demo.rate")
    found = client.request("textDocument/documentSymbol", textDocument={"uri": uri})
    names = [one["name"] for one in found]
    assert names[:4] == ["plan demo", "window peak", "window off-peak", "rate calls"]
    assert names[-2:] == ["test wrong on purpose", "rate broken"]
    assert [one["name"] for one in found[3]["children"]] == ["price", "price", "across"]


def test_formatting(client: Client) -> None:
    client.open("demo.rate", PLAN.replace("  then      blocked", "  then blocked  "))
    ask = {"textDocument": {"uri": client.uri("demo.rate")}, "options": {"tabSize": 2}}
    ask["options"] = {"tabSize": 2, "insertSpaces": True}
    (edit,) = client.request("textDocument/formatting", **ask)
    assert edit["newText"] == "  then      blocked\n"
    assert (edit["range"]["start"]["line"], edit["range"]["end"]["line"]) == (16, 17)
    client.type("demo.rate", PLAN)
    assert client.request("textDocument/formatting", **ask) == []
    client.type("demo.rate", PLAN + "rate what\n  ???\n")
    assert client.request("textDocument/formatting", **ask) == []


def mends(client: Client, text: str, words: str) -> list[dict[str, Any]]:
    place = client.at("demo.rate", text, words)["position"]
    found: list[dict[str, Any]] = client.request(
        "textDocument/codeAction",
        textDocument={"uri": client.uri("demo.rate")},
        range={"start": place, "end": place},
        context={"diagnostics": []},
    )
    return found


def test_actions_mend_what_is_found(client: Client) -> None:
    text = PLAN.replace("0.10 EUR per min in peak", "0.10 eur per min in peek")
    client.open("demo.rate", text)
    found = mends(client, text, "in peek")
    assert [(one["title"], one["isPreferred"]) for one in found] == [
        ("write `EUR`", True),
        ("write `peak`", False),
    ]
    assert texts_of(found[1]["edit"]["changes"]) == {"demo.rate": [(11, 32, "peak")]}
    assert found[1]["diagnostics"][0]["code"] == "E101"


def test_actions_state_what_is_not_stated(client: Client) -> None:
    text = PLAN.replace("  across    windows by start\n", "")
    client.open("demo.rate", text)
    found = mends(client, text, "rate calls")
    assert [one["title"] for one in found] == [
        "add `across windows split, increments carry`",
        "add `across windows by start`",
    ]
    (edit,) = found[1]["edit"]["changes"][client.uri("demo.rate")]
    assert edit["newText"] == "\n  across    windows by start"
    assert edit["range"]["start"]["line"] == 12


def test_results_stand_beside_the_tests(client: Client) -> None:
    client.open("demo.rate", PLAN)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    uri = client.uri("demo.rate")
    ask = {"textDocument": {"uri": uri}, "range": everything}
    found = client.request("textDocument/inlayHint", **ask)
    assert [(one["position"]["line"], one["label"]) for one in found] == [
        (17, "✓ passes"),
        (20, "✗ one figure differs"),
        (22, "✗ got 0.1 EUR"),
    ]
    client.type("demo.rate", PLAN.replace("charge 0.11", "charge 0.10"))
    found = client.request("textDocument/inlayHint", **ask)
    assert [one["label"] for one in found] == ["✓ passes", "✓ passes"]


BROKEN = [
    "",
    "\n",
    "\ufeffplan",
    "plan\n  \n",
    "  \n  \t price",
    '"' * 50,
    'use "\n' * 30,
    "rate x for voice\n  price\n  price 1\n  price 1 EUR per\n",
    "\x00\x01\x02 é\ud7ff \u202e",
    "plan a\r\n  currency\r  EUR\n",
    "x" * 100_000,
    PLAN[: len(PLAN) // 2],
    PLAN.replace("\n", ""),
    PLAN.replace(" ", "\t"),
]


def test_no_text_stops_it(client: Client) -> None:
    client.open("demo.rate", PLAN)
    uri = {"uri": client.uri("demo.rate")}
    for text in BROKEN:
        client.type("demo.rate", text)
        lines = text.split("\n")
        for line in {0, len(lines) // 2, len(lines) - 1, len(lines) + 5}:
            width = len(lines[line]) if line < len(lines) else 3
            for character in {0, width // 2, width, width + 9}:
                place = {
                    "textDocument": uri,
                    "position": {"line": line, "character": min(character, 2000)},
                }
                for method in (
                    "hover",
                    "definition",
                    "completion",
                    "prepareRename",
                    "signatureHelp",
                ):
                    client.request(f"textDocument/{method}", **place)
                client.answer("textDocument/rename", **place, newName="other")
        for method in ("documentSymbol", "foldingRange", "semanticTokens/full"):
            client.request(f"textDocument/{method}", textDocument=uri)
        options = {"tabSize": 2, "insertSpaces": True}
        client.request("textDocument/formatting", textDocument=uri, options=options)
    assert client.type("demo.rate", PLAN) == []


def spoilt(text: str, chance: random.Random) -> str:
    """A text after a few edits that nobody would want."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        width = chance.randint(1, 30)
        text = chance.choice(
            [
                text[:at] + text[at + width :],
                text[:at] + text[at : at + width].swapcase() + text[at + width :],
                text[:at] + chance.choice('"#\n\t \r\0é9-,') + text[at:],
                text[:at] + text[at - width : at] + text[at:],
                text[:at],
            ]
        )
    return text


@pytest.mark.parametrize("seed", range(40))
def test_every_answer_survives_what_is_typed(seed: int) -> None:
    chance = random.Random(seed)
    paths = sorted((Path(__file__).parents[2] / "plans").resolve().rglob("*.rate"))
    path = chance.choice(paths)
    folder = Folder()
    folder.open(path, spoilt(path.read_text(encoding="utf-8"), chance))
    source = folder.source(path)
    rows = source.text.count("\n") + 1
    for _ in range(4):
        line = chance.randint(1, rows)
        place = (folder, path, line, chance.randint(1, len(source.line(line)) + 2))
        hover(*place)
        complete(*place)
        definition(*place)
    findings(folder)
    results(folder, path)
    outline(source)
    for one, fix in actions(folder, path, 1, rows):
        assert one.code and fix.title
        apply_edits(source, [edit for edit in fix.edits if real(edit.span.path) == path])


def test_words_that_fit_nowhere_have_nothing_after_them(tmp_path: Path) -> None:
    path = tmp_path.resolve() / "a.rate"
    folder = Folder()
    folder.open(path, "rate for for for to \nplan \n  cycle 1 1 ")
    assert complete(folder, path, 1, 21)[1] == []
    assert complete(folder, path, 3, 13)[1] == []


def test_a_name_in_a_library_of_taxes_is_found_by_the_plans_that_use_it(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    library = "tax vat\n  percent   20% of fees\n  shown     as government tax\n"
    library += "tax more\n  percent   1% of vat\n  shown     as government tax\n"
    (root / "taxes.rate").write_text(library)
    (root / "demo.rate").write_text('use "taxes.rate"\n' + PLAN.split("\n", 1)[1])
    folder = Folder()
    spans = occurrences(folder, root / "taxes.rate", 5, 20)
    assert [span.line for span in spans] == [1, 5]
    assert definition(folder, root / "taxes.rate", 5, 20) == spans[0]


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ratedsl.cli.main import main

    heavy = ("pygls", "lsprotocol", "ratedsl.language_server")
    for name in [one for one in sys.modules if one.startswith(heavy)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    assert main(["lsp"]) == 2
    assert "pip install 'ratedsl[lsp]'" in capsys.readouterr().err
