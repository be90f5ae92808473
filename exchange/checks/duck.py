"""DuckDB's engine, as the rules run on it; imported only inside what opens or asks a database.

The package ``duckdb`` puts a relational API in Python around its compiled module: importing that takes as long as a small
package's rules, and nothing here builds a query in Python. What it re-exports is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
else:
    try:
        import _duckdb as duckdb
    except ImportError:  # a release may put its compiled module elsewhere
        import duckdb

__all__ = ["duckdb"]
