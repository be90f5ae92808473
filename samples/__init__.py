"""Sample data that ships with the wheel: three agreements, the exports of their parties, an answer key and decisions.

Read through :mod:`importlib.resources`. ``samples/make.py`` writes every file here but the Python modules and the README;
it needs openpyxl, which is a development dependency, so nothing else imports it. People and companies are invented;
README.md says what is real.
"""
