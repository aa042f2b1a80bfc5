"""JSON files as responses, and native documents.

All are decoded within limits.
"""
