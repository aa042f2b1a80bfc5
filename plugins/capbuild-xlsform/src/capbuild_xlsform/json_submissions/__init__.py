"""JSON submissions and their reader.

Columns are scanned without an object for each submission.
"""
