"""``layout guess``: from a file alone to a proposed layout, with what was unsure said and left out."""
