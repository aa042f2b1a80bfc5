"""Text tables: bytes to rows, and CSV output.

Responses and findings are written as CSV.
"""
