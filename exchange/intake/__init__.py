"""Intake: any sheet in, canonical rows out, every value with its cell."""
