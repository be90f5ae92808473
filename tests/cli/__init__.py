"""The command line: its contract, its sentences, its exit codes."""
