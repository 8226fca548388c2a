"""The text of plans: source, syntax tree, diagnostics."""
