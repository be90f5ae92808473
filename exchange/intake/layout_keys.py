"""One table of a layout file being read: every key is asked for once, what is left over is unknown.

In: TOML values and the path that leads to them. Out: texts, lists, flags, numbers. Refused with one sentence
(:class:`LayoutError`) naming the file, the key and the cure: a missing or unknown key, a value of the wrong kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from exchange.errors import LayoutError
from exchange.form.tables import Table
from exchange.language import translate as _


class Section:
    """One TOML table.

    Attributes:
        file: the file's name, used in messages.
        path: where the table stands in it: ``table[1].column[2]``.
        data: its keys and values.
    """

    def __init__(self, file: str, path: str, data: Mapping[str, object]) -> None:
        self.file, self.path, self.data = file, path, data
        self._asked: set[str] = set()

    def error(self, key: str, cure: str) -> LayoutError:
        """Return the sentence for one key of this table; the caller raises it."""
        place = f"{self.path}.{key}" if self.path else key
        return LayoutError(_("{file}, key {key}: {cure}.").format(file=self.file, key=place, cure=cure))

    def done(self) -> None:
        """Refuse keys that nobody asked for."""
        unknown = sorted(set(self.data) - self._asked)
        if unknown:
            raise self.error(
                unknown[0],
                _("this key is unknown, the keys here are {keys}").format(
                    keys=", ".join(sorted(self._asked))
                ),
            )

    def asked(self, *keys: str) -> None:
        """Note that these keys are known here, though nobody read them."""
        self._asked.update(keys)

    def _get(self, key: str) -> object:
        self._asked.add(key)
        return self.data.get(key)

    def text(self, key: str, form: str = r"(?s).{1,400}") -> str:
        """Return a text that must be there and fit the regular expression."""
        value = self.maybe_text(key, form)
        if value is None:
            raise self.error(key, _("this key is missing, write it"))
        return value

    def maybe_text(self, key: str, form: str = r"(?s).{1,400}") -> str | None:
        """Return a text that fits the regular expression, or None."""
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(key, _("write a text in quotes"))
        if not re.fullmatch(form, value):
            raise self.error(
                key, _("“{text}” does not fit here, the form is {form}").format(text=value[:60], form=form)
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is missing."""
        value = self._get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(key, _("write a list of texts in square brackets"))
        return tuple(str(item) for item in value)

    def pairs(self, key: str) -> dict[str, str]:
        """Return a section of texts by name."""
        part = self.section(key)
        return {name: part.text(name, r"(?s).{0,400}") for name in list(part.data)}

    def flag(self, key: str) -> bool:
        """Return a yes or no; a missing key is no."""
        value = self._get(key)
        if value is not None and not isinstance(value, bool):
            raise self.error(key, _("write true or false"))
        return bool(value)

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """Return a whole number from low to high."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.error(key, _("write a whole number from {low} to {high}").format(low=low, high=high))
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return one of the choices; the key must be there."""
        value = self.maybe_choice(key, choices)
        if value is None:
            raise self.error(
                key, _("this key is missing, write one of {choices}").format(choices=", ".join(choices))
            )
        return value

    def maybe_choice(self, key: str, choices: Sequence[str]) -> str | None:
        """Return one of the choices, or None."""
        value = self._get(key)
        if value is not None and value not in choices:
            raise self.error(key, _("write one of {choices}").format(choices=", ".join(map(repr, choices))))
        return None if value is None else str(value)

    def field(self, key: str, form: Table, more: Sequence[str] = ()) -> str:
        """Return a field of the form table, or one of the further names."""
        name = self.text(key)
        self.check_field(key, name, form, more)
        return name

    def fields(self, key: str, form: Table, more: Sequence[str] = ()) -> tuple[str, ...]:
        """Return several fields of the form table."""
        names = self.texts(key)
        for name in names:
            self.check_field(key, name, form, more)
        return names

    def check_field(self, key: str, name: str, form: Table, more: Sequence[str] = ()) -> None:
        """Refuse a name that is no field of the form table."""
        if name not in form.field_names and name not in more:
            raise self.error(
                key,
                _("the table {table} has no field “{field}”, its fields are {fields}").format(
                    table=form.name, field=name[:60], fields=", ".join((*form.field_names, *more))
                ),
            )

    def section(self, key: str, *, required: bool = False) -> Section:
        """Return a table inside this one, empty where the key is missing."""
        value = self._get(key)
        if value is None and required:
            raise self.error(key, _("this section is missing, write it"))
        if value is not None and not isinstance(value, dict):
            raise self.error(key, _("write a section in square or curly brackets"))
        return Section(self.file, f"{self.path}.{key}" if self.path else key, value or {})

    def sections(self, key: str, *, required: bool = False) -> list[Section]:
        """Return the ``[[…]]`` tables inside this one."""
        value = self._get(key)
        if value is None and not required:
            return []
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.error(key, _("write each one as a section [[…{key}]]").format(key=key))
        path = f"{self.path}.{key}" if self.path else key
        return [Section(self.file, f"{path}[{number}]", item) for number, item in enumerate(value, 1)]
