"""The compiled plan: model, and the passes from syntax tree to it."""
