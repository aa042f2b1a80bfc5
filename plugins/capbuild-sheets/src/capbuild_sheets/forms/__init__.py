"""Readers of form-product exports, with columns for questions, options, matrix rows and metadata."""
