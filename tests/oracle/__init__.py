"""The rules of docs/language.md worked out anew: slow, short, and without a look at the engine."""
