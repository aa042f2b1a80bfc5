"""Fast scans of large files to columns.

There is no object for each answer.
"""
