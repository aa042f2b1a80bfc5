"""Tidy tables of a programme, and their files."""
