"""Fast scans of large files to columns.

No object is made for each answer.
"""
