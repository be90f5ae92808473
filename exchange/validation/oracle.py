"""frictionless itself, for what is too rare to be worth another reading: descriptors that may be unsound.

Importing it costs 0.3 s, so only a descriptor that :mod:`exchange.validation.metadata` cannot vouch for comes here.
It is never given anything that it would fetch from a network; metadata refuses that first.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, cast


def descriptor_errors(path: str, *, package: bool) -> list[Mapping[str, object]]:
    """Return what frictionless says is wrong with a package's or resource's descriptor, as a report words it."""
    from frictionless import FrictionlessException, Package, Resource

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            whole: Any = (Package if package else Resource).from_descriptor(path)
            for resource in whole.resources if package else [whole]:
                # Both are read, and judged, when they are first asked for.
                resource.schema, resource.dialect  # noqa: B018
            whole.to_descriptor(validate=True)
        except FrictionlessException as error:
            return [cast("Mapping[str, object]", each.to_descriptor()) for each in error.to_errors()]
    return []
