"""Checks: canonical tables in, findings out; see engine.py."""
