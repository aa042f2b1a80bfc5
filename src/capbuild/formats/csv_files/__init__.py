"""Text tables: bytes to rows, and responses and findings written as CSV."""
