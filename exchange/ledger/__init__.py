"""The ledger: an append-only, hash-linked history in one SQLite file, and the object store."""
