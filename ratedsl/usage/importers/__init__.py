"""Readers of usage files: each turns a file into rows of one import batch."""
