"""How DuckDB plans statements over few rows: as they are written. Looking for a better plan takes longer than any plan.

Called by :mod:`.database` and by sources that know how little they load, before the configuration is locked. Changes
nothing of what rows come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_FOR_MANY_ROWS = (
    "join_order", "build_side_probe_side", "statistics_propagation", "expression_rewriter", "common_subplan",
    "common_subexpressions", "join_filter_pushdown", "projection_pullup", "projection_placement", "column_lifetime",
    "duplicate_groups", "outer_join_simplification", "aggregate_reuse", "aggregate_function_rewriter", "join_elimination",
    "partial_aggregate_pushdown", "top_n_window_elimination", "compressed_materialization", "redundant_order_keys",
    "late_materialization", "window_self_join", "window_rewriter", "partitioned_execution", "reorder_filter", "sampling_pushdown",
)  # fmt: skip
"""What pays off only where a statement goes through many rows; all of it together is a third of a small check."""


def plan_plainly(connection: duckdb.DuckDBPyConnection) -> None:
    """Plan what follows for few rows."""
    connection.execute(f"SET disabled_optimizers = '{','.join(_FOR_MANY_ROWS)}'")


def plan_for_many(connection: duckdb.DuckDBPyConnection) -> None:
    """Plan what follows with all that DuckDB knows."""
    connection.execute("RESET disabled_optimizers")
