"""Readers of form-product exports.

Their columns are questions, options, matrix rows and metadata.
"""
