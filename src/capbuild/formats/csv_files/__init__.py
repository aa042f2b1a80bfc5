"""Text tables: bytes to rows, and CSV output."""
