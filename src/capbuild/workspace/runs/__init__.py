"""Runs: every output of a programme, reused where nothing changed, and verified."""
