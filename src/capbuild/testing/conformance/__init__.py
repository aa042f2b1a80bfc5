"""Conformance classes: contracts of plugins as tests."""
