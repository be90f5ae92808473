"""The validator beside frictionless itself, and where it goes further."""
