"""What a mobile network is called by: a country's three digits, alone or with its own two or three.

Countries are those of ITU-T E.212: their codes begin with 2 to 7, networks of no country with 901
or 999, test networks with 001.
"""

from __future__ import annotations

import re

_NETWORK = re.compile(r"(?:[2-7][0-9]{2}|901|999|001)(?:-?[0-9]{2,3})?")


def is_network(text: str) -> bool:
    """Whether the text is the code of a country (268) or a network (26801, 268-01)."""
    return _NETWORK.fullmatch(text) is not None
