"""Text from plans and usage made harmless: what a terminal would obey becomes visible."""

from __future__ import annotations


class _Pictures(dict[int, str]):
    """What each dangerous character is shown as, by code point, as `str.translate` asks."""

    def __missing__(self, code: int) -> str:
        # No stream can encode a lone surrogate. There are 2,048, too many to list at start.
        if 0xD800 <= code < 0xE000:
            return f"\\u{code:04x}"
        raise KeyError(code)


def _pictures() -> _Pictures:
    table = _Pictures({code: chr(0x2400 + code) for code in range(0x20)})
    table[0x7F] = "␡"
    table.update({code: f"\\x{code:02x}" for code in range(0x80, 0xA0)})
    hidden = [
        0x00AD,  # soft hyphen
        0x061C,  # Arabic letter mark
        0x180E,  # Mongolian vowel separator
        0x200B,  # zero width space
        *range(0x200E, 0x2010),  # left-to-right and right-to-left marks
        *range(0x2028, 0x202F),  # line and paragraph separators, bidi embeddings and overrides
        *range(0x2060, 0x2070),  # word joiner, invisible operators, bidi isolates
        0xFEFF,  # byte order mark
        *range(0xFFF9, 0xFFFC),  # interlinear annotation
        *range(0xFFFE, 0x10000),  # no characters at all, and none may stand in XML
    ]
    table.update({code: f"\\u{code:04x}" for code in hidden})
    table.update({code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)})  # tags
    return table


# The joiners U+200C and U+200D stay: several scripts and emoji cannot be written without them.
_PICTURES = _pictures()


def safe_text(text: str, tabs: str = "␉") -> str:
    """One line that no terminal obeys: control and direction characters become pictures.

    Escape becomes `␛`, a newline `␊`, a C1 control `\\x9b`, a right-to-left override
    `\\u202e`. A tab becomes `tabs`: pass spaces where its place matters more than its
    presence. Other text is returned as it is, so the result can be passed in again.
    """
    if text.isprintable():
        return text
    return text.replace("\t", tabs).translate(_PICTURES)


def safe_lines(text: str, tabs: str = "    ") -> str:
    """Several lines that no terminal obeys: as `safe_text`, but line ends stay, as `\\n`."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(safe_text(line, tabs) for line in lines)
