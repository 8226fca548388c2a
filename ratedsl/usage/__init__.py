"""Usage in its database: the store, imports with their mappings, the sample, privacy."""
