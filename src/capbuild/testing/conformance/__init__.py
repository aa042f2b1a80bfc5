"""Conformance classes: plugin contracts as tests."""
