"""Typed access to the form in schemas/."""
