"""The command line: one module a verb, thin, over the public functions."""
