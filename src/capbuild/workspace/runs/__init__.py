"""Runs: make, reuse and verify all outputs."""
