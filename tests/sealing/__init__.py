"""Tests of the sealing room: keys, cards, trust, archive, manifest, signature, container and the recipe."""
