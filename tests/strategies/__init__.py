"""Random plans as text and random usage, for properties that hold for all of them."""
