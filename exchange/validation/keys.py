"""The keys that a table offers to those that refer to it.

In: an open table and the fields of a key. Out: the values of its rows, each once; a row without any value offers none.
"""

from __future__ import annotations

from collections.abc import Sequence

from exchange.language import translate as _
from exchange.validation.mistakes import SchemaMistake
from exchange.validation.records import Table
from exchange.validation.rows import Columns, Key


def offered_keys(table: Table, columns: Columns, names: Sequence[str]) -> set[Key]:
    """Return the keys of a table's rows; a field that the data lacks has no value.

    Raises:
        Unreadable: the file cannot be read to its end.
        SchemaMistake: a value of the key cannot be compared.
    """
    places = {field.name: place for place, field in enumerate(columns.fields)}
    wanted = [places.get(name) for name in names]
    offered: set[Key] = set()
    seen: set[tuple[object, ...]] = set()
    try:
        for _number, cells in table.content():
            written = tuple(
                [None if place is None or place >= len(cells) else cells[place] for place in wanted]
            )
            if table.csv is None:
                # Rows of a descriptor may hold what no set takes, and still have a key.
                offered.add(_key(columns, wanted, written))
            elif written not in seen:
                seen.add(written)
                offered.add(_key(columns, wanted, written))
    except TypeError:
        raise SchemaMistake(
            _(
                "The key {names} of {file} is referred to, but its values cannot be compared (object, array, list or "
                "geojson): refer to another."
            ),
            names=", ".join(names),
        ) from None
    offered.discard((None,) * len(names) if names else (None,))
    return offered


def _key(columns: Columns, places: Sequence[int | None], written: Sequence[object]) -> Key:
    return tuple(
        None if place is None else columns.readers[place](cell).value
        for place, cell in zip(places, written, strict=True)
    )
