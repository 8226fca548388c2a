"""Documents that a consumer reads before signing, made from a plan."""
