"""What the language server knows of a folder while its files are typed, saved and deleted."""

from __future__ import annotations

from pathlib import Path

from tests.language_server.editor import CHILD, PLAN, ZONES, Client

CHANGED, DELETED = 2, 3


def changed_on_disk(client: Client, name: str, kind: int) -> None:
    """As an editor tells that a file is not what it was."""
    client.later.clear()
    client.notify(
        "workspace/didChangeWatchedFiles", changes=[{"uri": client.uri(name), "type": kind}]
    )


def test_a_used_file_counts_as_it_is_on_disk(client: Client) -> None:
    zones = client.root / "plans" / "shared" / "zones.rate"
    assert client.open("demo.rate", PLAN) == []
    zones.write_text(ZONES.replace("national", "portugal"))
    changed_on_disk(client, "shared/zones.rate", CHANGED)
    assert [one["code"] for one in client.findings("demo.rate")] == ["E101"]
    zones.unlink()
    changed_on_disk(client, "shared/zones.rate", DELETED)
    assert [one["code"] for one in client.findings("demo.rate")] == ["E105"]
    zones.write_text(ZONES)
    changed_on_disk(client, "shared/zones.rate", CHANGED)
    assert client.findings("demo.rate") == []


def test_saving_looks_at_the_disk_anew(client: Client) -> None:
    client.open("demo.rate", PLAN)
    (client.root / "plans" / "shared" / "zones.rate").write_text("")
    client.later.clear()
    client.notify("textDocument/didSave", textDocument={"uri": client.uri("demo.rate")})
    assert [one["code"] for one in client.findings("demo.rate")] == ["E101"]


def test_closing_a_file_takes_its_findings_back(client: Client) -> None:
    client.open("demo.rate", PLAN.replace("EUR per min in peak", "EUR per mim in peak"))
    client.later.clear()
    client.close("demo.rate")
    assert client.findings("demo.rate") == []


def test_a_plan_that_extends_a_typed_one_follows_it(client: Client) -> None:
    client.open("demo.rate", PLAN)
    client.open("young.rate", CHILD)
    client.later.clear()
    client.type(
        "demo.rate", PLAN.replace("rate calls", "rate talks").replace("of calls", "of talks")
    )
    assert [one["code"] for one in client.findings("young.rate")] == ["E103"]


def test_a_text_that_was_never_saved(client: Client) -> None:
    for number in (1, 2):
        uri = f"untitled:Untitled-{number}"
        text = PLAN.split("\n", 1)[1].replace(" to national", "")
        if number == 2:
            text = text.replace("EUR per min in peak", "EUR per mim in peak")
        client.versions[uri] = 1
        client.notify(
            "textDocument/didOpen",
            textDocument={"uri": uri, "languageId": "rate", "version": 1, "text": text},
        )
        told = client.wait(lambda one, uri=uri: one.get("params", {}).get("uri") == uri)
        found = [one["code"] for one in told["params"]["diagnostics"]]
        assert found == [[], ["E303"]][number - 1]
    symbols = client.request("textDocument/documentSymbol", textDocument={"uri": uri})
    assert symbols[0]["name"] == "plan demo"


def test_lines_that_end_as_on_windows(client: Client) -> None:
    text = PLAN.replace("\n", "\r\n")
    assert client.open("demo.rate", text) == []
    assert client.ask("formatting", "demo.rate", options={"tabSize": 2, "insertSpaces": True}) == []
    found = client.ask_at("hover", "demo.rate", text, "of calls", 4)
    assert "**rate calls**" in found["contents"]["value"]
    spoilt = text.replace("  then      blocked", "  then blocked")
    client.type("demo.rate", spoilt)
    (edit,) = client.ask("formatting", "demo.rate", options={"tabSize": 2, "insertSpaces": True})
    assert edit["newText"] == "  then      blocked\r\n"


def test_characters_of_several_units_before_a_name(client: Client) -> None:
    title = '"Ca\u0301fé 👩\u200d👩\u200d👧 😀"'
    text = PLAN.replace('rate calls "Calls" for', f"rate calls {title} for")
    client.open("demo.rate", text)
    found = client.ask_at("hover", "demo.rate", text, "voice to national", 12)
    before = f"rate calls {title} for voice to "
    start = len(before.encode("utf-16-le")) // 2
    assert found["range"]["start"] == {"line": 10, "character": start}
    edit = client.request(
        "textDocument/rename",
        **client.at("demo.rate", text, "voice to national", 12),
        newName="home-land",
    )
    places = edit["changes"][client.uri("demo.rate")]
    assert [one["range"]["start"]["character"] for one in places] == [start]
    assert client.uri("shared/zones.rate") in edit["changes"]


def test_edits_one_after_the_other_are_followed(client: Client) -> None:
    """Each character of a line typed by itself, then taken away again."""
    client.open("demo.rate", PLAN)
    line = PLAN.split("\n").index("  across    windows by start")
    typed = "\n  price     0.20 EUR per min in peak from 2026-06-01 # 😀"
    row, unit = line, len("  across    windows by start")
    changes = []
    for character in typed:
        place = {"line": row, "character": unit}
        changes.append({"range": {"start": place, "end": place}, "text": character})
        row, unit = (row + 1, 0) if character == "\n" else (row, unit + 1 + (character > "\uffff"))
    uri = client.uri("demo.rate")
    for version, change in enumerate(changes, 2):
        client.notify(
            "textDocument/didChange",
            textDocument={"uri": uri, "version": version},
            contentChanges=[change],
        )
    symbols = client.ask("documentSymbol", "demo.rate")
    assert [one["name"] for one in symbols[3]["children"]] == ["price", "price", "across", "price"]
    client.later.clear()
    everything = {"start": {"line": line, "character": 28}, "end": {"line": row, "character": unit}}
    client.notify(
        "textDocument/didChange",
        textDocument={"uri": uri, "version": 999},
        contentChanges=[{"range": everything, "text": ""}],
    )
    assert client.findings("demo.rate") == []


def test_a_file_that_no_folder_of_plans_holds(client: Client, tmp_path: Path) -> None:
    place = tmp_path.parent / f"{tmp_path.name}-elsewhere" / "lonely.rate"
    uri = place.as_uri()
    client.versions[uri] = 1
    text = PLAN.split("\n", 1)[1].replace(" to national", "")
    client.notify(
        "textDocument/didOpen",
        textDocument={"uri": uri, "languageId": "rate", "version": 1, "text": text},
    )
    told = client.wait(lambda one: one.get("params", {}).get("uri") == uri)
    assert told["params"]["diagnostics"] == []
    at = {"line": 9, "character": 7}
    edit = client.request(
        "textDocument/rename", textDocument={"uri": uri}, position=at, newName="talks"
    )
    assert list(edit["changes"]) == [uri] and len(edit["changes"][uri]) == 2


def test_a_folder_of_three_hundred_plans_and_a_request_that_is_called_off(client: Client) -> None:
    for number in range(300):
        library = client.root / "plans" / "more" / f"zone-{number}.rate"
        library.parent.mkdir(exist_ok=True)
        text = f'zone z-{number} "Zone {number}"  # for calls\n  prefix    +{1000 + number}\n'
        library.write_text(text)
    client.open("demo.rate", PLAN)
    # The first answer reads them all: the second is not begun when it is called off.
    numbers = (client.number + 1, client.number + 2)
    client.number += 2
    for number in numbers:
        place = client.at("demo.rate", PLAN, "rate calls", 6)
        params = {**place, "context": {"includeDeclaration": True}}
        client.send(id=number, method="textDocument/references", params=params)
    client.notify("$/cancelRequest", id=numbers[1])
    called_off = client.wait(lambda one: one.get("id") == numbers[1])
    assert called_off["error"]["code"] == -32800
    assert len(client.wait(lambda one: one.get("id") == numbers[0])["result"]) == 3
    edit = client.request(
        "textDocument/rename", **client.at("demo.rate", PLAN, "rate calls", 6), newName="talks"
    )
    assert {Path(uri).name for uri in edit["changes"]} == {"demo.rate", "young.rate"}
    found = client.request("workspace/symbol", query="zone z-29")
    assert [one["name"] for one in found] == ["zone z-29", *(f"zone z-29{n}" for n in range(10))]
