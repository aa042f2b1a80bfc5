"""Surveys and visit checklists as workbooks.

The writer adds drop-downs; the reader loses nothing.
"""
