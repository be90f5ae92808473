"""Textual screens over the same library calls as the command line; no decision is made here."""
