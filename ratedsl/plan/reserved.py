"""Words by which the language means something, so that no record has them as its id."""

RESERVED = frozenset({"usage", "fees", "charges", "anywhere"})
RELATIVE = frozenset({"home", "visited"})
"""Places that depend on where the subscriber is at home, and on which country he visits."""
