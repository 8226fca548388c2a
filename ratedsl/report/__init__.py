"""Results as text, JSON and Markdown, safe to print: one renderer a format."""
