"""Runs: make every output of a programme, reuse unchanged ones, verify."""
