"""Submissions in JSON and XML.

They have records, answers and a reader for each format.
"""
