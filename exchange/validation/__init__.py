"""``enblanket validate``: any Data Package against its own schemas, as the standard's own tool judges it, and faster.

descriptor → records (bytes to rows) → header → screen (whole columns proven good) → rows (cell by cell) → report.
Two ways of judging: ``compat`` gives frictionless 5.21's own result, ``strict`` closes what it lets pass.
"""
