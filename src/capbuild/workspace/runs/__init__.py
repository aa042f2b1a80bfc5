"""Runs: make, reuse and verify all outputs.

Unchanged outputs of a programme are reused.
"""
