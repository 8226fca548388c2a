"""The terminal app: a plan's text with its findings and one account's invoice beside it."""
