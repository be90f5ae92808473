"""The offline data exchange: intake, checks, review, settlement, sealing, ledger; see docs/architecture.md."""

__version__ = "0.1.0"
