"""Frameworks in tree-shaped files."""
