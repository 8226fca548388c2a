"""A plan as resources of TM Forum's TMF620: a catalog, and each kind of price in a module."""
