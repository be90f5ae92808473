"""A second implementation of rules.md in loops over rows: no SQL, nothing of the rules' own files, clarity over speed."""
