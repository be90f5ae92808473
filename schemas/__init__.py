"""The form as data: descriptor, tables, code lists, calendar, rules, auditor profiles and layouts.

A data package read through ``importlib.resources``; it imports nothing.
"""
