"""Plans made from what other systems say of them."""
