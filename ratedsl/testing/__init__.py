"""Inline tests: running the `test` records of a plan against the plan itself."""
