"""Usage events become charges."""
