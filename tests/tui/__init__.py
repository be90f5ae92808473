"""Tests of the screens: keys in, events and screens out."""
