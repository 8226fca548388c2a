"""What the language server says of a whole text: its colours, its parts, what folds away."""

from __future__ import annotations

from typing import Any

from ratedsl.lang.highlight import tokens
from ratedsl.language_server.colours import LEGEND, TYPES
from tests.language_server.editor import CHILD, PLAN, ZONES, Client


def coloured(text: str, data: list[int]) -> list[tuple[str, str]]:
    """Each stretch and its type, counted as the protocol counts."""
    found = []
    row = unit = 0
    for at in range(0, len(data), 5):
        lines, units, length, kind, _ = data[at : at + 5]
        row, unit = row + lines, units + (0 if lines else unit)
        line = text.split("\n")[row].encode("utf-16-le")
        found.append((line[2 * unit : 2 * (unit + length)].decode("utf-16-le"), LEGEND[kind]))
    return found


def lexed(text: str) -> list[tuple[str, str]]:
    return [
        (line[one.start : one.end], TYPES[one.kind])
        for line in text.split("\n")
        for one in tokens(line)
        if one.kind in TYPES
    ]


def test_colours_are_those_of_the_one_lexer(client: Client) -> None:
    text = PLAN.replace('"Calls"', '"Calls 😀"') + "# 😀 at the end\n"
    client.open("demo.rate", text)
    data = client.ask("semanticTokens/full", "demo.rate")["data"]
    assert coloured(text, data) == lexed(text)
    part = {"start": {"line": 10, "character": 0}, "end": {"line": 11, "character": 5}}
    data = client.ask("semanticTokens/range", "demo.rate", range=part)["data"]
    assert coloured(text, data) == lexed("\n".join(text.split("\n")[10:12]))


def test_folding(client: Client) -> None:
    text = 'use "a.rate"\nuse "b.rate"\n\n# One.\n# Two.\n' + PLAN.split("\n", 1)[1]
    client.open("demo.rate", text)
    found = [
        (one["startLine"], one["endLine"], one.get("kind"))
        for one in client.ask("foldingRange", "demo.rate")
    ]
    assert found[:4] == [(0, 1, "imports"), (3, 4, "comment"), (5, 9, None), (10, 11, None)]


def test_symbols_of_all_files(client: Client) -> None:
    client.open("young.rate", CHILD)
    found = client.request("workspace/symbol", query="rate cal")
    places = [(one["name"], one["location"]["uri"]) for one in found]
    assert places == [
        ("rate calls", client.uri("demo.rate")),
        ("rate calls", client.uri("young.rate")),
    ]
    assert client.request("workspace/symbol", query="portugal")[0]["name"] == "zone national"
    assert client.request("workspace/symbol", query="nothing like it") == []


def test_the_same_name_is_marked(client: Client) -> None:
    client.open("demo.rate", PLAN)
    found = client.ask_at("documentHighlight", "demo.rate", PLAN, "rate calls", 6)
    assert [one["range"]["start"]["line"] for one in found] == [10, 15]
    client.open("shared/zones.rate", ZONES)
    found = client.ask_at("documentHighlight", "demo.rate", PLAN, "to national", 4)
    assert [one["range"]["start"]["line"] for one in found] == [10]


def test_the_forms_of_the_fact_that_is_typed(client: Client) -> None:
    client.open("demo.rate", PLAN)

    def forms(line: str) -> Any:
        text = PLAN.replace("  across    windows by start", line)
        client.type("demo.rate", text)
        return client.ask_at("signatureHelp", "demo.rate", text, line, len(line))

    said = forms("  price     0.10 ")
    assert said["signatures"][0]["label"].startswith("price MONEY per ")
    assert said["signatures"][0]["documentation"]
    share = forms("  price     10% of ")
    assert share["signatures"][share["activeSignature"]]["label"].startswith("price P% of ATTR")
    for line in ("  pri", "  price 1 # of ", "  nothing of", "rate x "):
        assert forms(line) is None
