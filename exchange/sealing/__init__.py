"""Sealing: tables, findings, decisions and settlement in, one signed package out; and back, with a verdict."""
