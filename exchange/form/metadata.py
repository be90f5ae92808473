"""Whether the form's own data holds together: ``python -m exchange.form.metadata``, run by ``make lint`` and the tests.

In: a folder laid out as ``schemas/``. Out: one sentence per contradiction. Frictionless says whether descriptor and
Table Schemas are valid Data Package metadata; what it cannot know is added here: a code list and the ``enum`` that
mirrors it for other tools say the same, foreign keys meet primary keys, every example is a value of its own field.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import cast

from exchange.errors import FormError
from exchange.form.canonical import fault_of
from exchange.form.codes import CodeList, read_code_list, read_register
from exchange.form.tables import Field, Table, read_table
from exchange.language import translate as _

MEASURED_LISTS = {
    "outcomes": "outcome",
    "benefits": "benefit",
    "genders": "gender",
    "age_groups": "age_group",
}


def metadata_faults(folder: Path | None = None) -> list[str]:
    """Return what is wrong with the form in ``folder`` (default: the shipped one), one sentence each; none is sound.

    A folder other than the shipped one is judged by its own code lists, but examples of coded fields by the shipped.
    """
    root = Path(str(files("schemas"))) if folder is None else folder
    try:
        lists = {
            path.stem: read_code_list(path.read_text("utf-8"), path.name, _register(root, path.name))
            for path in _found(root, "codes/*.csv")
        }
        tables = {
            path.stem: read_table(path.read_text("utf-8"), path.name)
            for path in _found(root, "tables/*.json")
        }
    except FormError as error:
        return [str(error)]
    return [
        *_package_faults(root),
        *_resource_faults(root, tables),
        *_enum_faults(root, lists),
        *_foreign_key_faults(tables),
        *(fault for table in tables.values() for fault in _field_faults(table, lists)),
        *_measure_faults(tables, lists),
        *_orphans(tables, lists),
    ]


def _register(root: Path, name: str) -> Mapping[str, str] | None:
    path = root / "registers" / name
    return read_register(path.read_text("utf-8")) if path.is_file() else None


def main() -> int:
    """Print every fault; return 0 where there is none, else 1."""
    faults = metadata_faults()
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def _found(root: Path, pattern: str) -> list[Path]:
    return sorted(root.glob(pattern))


def _package_faults(root: Path) -> Iterator[str]:
    from frictionless import Package, Schema

    reports = {"datapackage.json": Package.validate_descriptor(str(root / "datapackage.json"))}
    reports |= {path.name: Schema.validate_descriptor(str(path)) for path in _found(root, "tables/*.json")}
    for name, report in reports.items():
        for error in report.errors:
            yield _("{file} is no valid Data Package metadata: {why}.").format(
                file=name, why=error.message.rstrip(".")
            )


def _resource_faults(root: Path, tables: Mapping[str, Table]) -> Iterator[str]:
    descriptor = json.loads((root / "datapackage.json").read_text("utf-8"))
    resources = cast("list[Mapping[str, str]]", descriptor["resources"])
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", str(descriptor.get("version"))):
        yield _("datapackage.json needs a version of three numbers (1.0.0).")
    for name in {resource["name"] for resource in resources} ^ set(tables):
        yield _("{table} stands in only one of datapackage.json and tables/.").format(table=name)
    for resource in resources:
        name = resource["name"]
        if (resource.get("path"), resource.get("schema")) != (f"data/{name}.csv", f"tables/{name}.json"):
            yield _(
                "The resource {table} needs the path data/{table}.csv and the schema tables/{table}.json."
            ).format(table=name)


def _enum_faults(root: Path, lists: Mapping[str, CodeList]) -> Iterator[str]:
    for path in _found(root, "tables/*.json"):
        schema = json.loads(path.read_text("utf-8"))
        for field in cast("Sequence[Mapping[str, object]]", schema["fields"]):
            named = lists.get(str(field.get("codeList")))
            codes = [code.code for code in named.codes] if named else None
            if cast("Mapping[str, object]", field.get("constraints", {})).get("enum") != codes:
                yield _("{file}, {column}: the enum is not the code list’s codes in their order.").format(
                    file=path.name, column=field["name"]
                )


def _foreign_key_faults(tables: Mapping[str, Table]) -> Iterator[str]:
    for table in tables.values():
        for key in table.foreign_keys:
            target = tables.get(key.table)
            if target is None or target.primary_key != (key.to_field,) or key.field not in table.field_names:
                yield _("{table}: the foreign key {column} does not lead to the key of a table.").format(
                    table=table.name, column=key.field
                )
        if not set(table.primary_key) <= {field.name for field in table.fields if field.required}:
            yield _("{table}: a column of the primary key may be empty.").format(table=table.name)


def _field_faults(table: Table, lists: Mapping[str, CodeList]) -> Iterator[str]:
    for field in table.fields:
        if field.code_list is not None and field.code_list not in lists:
            yield _("{table}.{column}: there is no code list “{name}”.").format(
                table=table.name, column=field.name, name=field.code_list
            )
        elif any(fault_of(field, text) for text in (field.example, field.default) if text is not None):
            yield _("{table}.{column}: the example or default is no value of the column itself.").format(
                table=table.name, column=field.name
            )


def _measure_faults(tables: Mapping[str, Table], lists: Mapping[str, CodeList]) -> Iterator[str]:
    """Hold the pattern of ``control_totals.measure`` against the lists it names codes of."""
    field: Field = tables["control_totals"].field("measure")
    for counted, name in MEASURED_LISTS.items():
        codes = [code.code for code in lists[name].codes]
        lacking = [code for code in (*codes, "all") if fault_of(field, f"{counted}.{code}")]
        if lacking or not fault_of(field, f"{counted}.no-such-code"):
            yield _(
                "control_totals.measure: the pattern does not count {counted} by the codes of {name}."
            ).format(counted=counted, name=name)


def _orphans(tables: Mapping[str, Table], lists: Mapping[str, CodeList]) -> Iterator[str]:
    used = {field.code_list for table in tables.values() for field in table.fields}
    for name in sorted(set(lists) - used):
        yield _("No column uses the code list “{name}”.").format(name=name)


if __name__ == "__main__":
    raise SystemExit(main())
