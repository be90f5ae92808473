"""Run every benchmark, or the one that is named: ``python -m benchmarks [commands|validate|workbook|packages|national|tui|sftp] [its arguments]``.

``commands`` times the commands on the samples, ``validate`` the validator on a million rows, ``workbook`` the reading of
a large workbook, ``packages`` sealing and verifying, ``national`` the check of a national year, ``tui`` the review through a terminal, ``sftp`` the SFTP way beside OpenSSH's own client (both POSIX). Each prints a table of ratios measured in one run; docs/performance.md says what they mean.
"""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("commands", "validate", "workbook", "packages", "national", "tui", "sftp")


def main() -> int:
    """Run what is named, or everything, and return the number of benchmarks that failed."""
    named = sys.argv[1:2]
    if named and named[0] not in NAMES:
        print(f"python -m benchmarks [{'|'.join(NAMES)}]", file=sys.stderr)
        return 2
    # Each reads its own arguments.
    sys.argv[1:2] = []
    failed = 0
    for name in named or NAMES:
        print(f"\n## {name}\n", flush=True)
        failed += import_module(f"benchmarks.{name}").main() != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
