"""Columns of submissions, without an object for each."""
