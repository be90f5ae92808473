"""Measurements of whole processes, as ratios made in one run; `make bench` prints the table."""
