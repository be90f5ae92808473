"""Widgets of the screens: each draws what it is given and tells what the person did."""
