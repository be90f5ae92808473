"""The reports: what is laid out for readers."""
