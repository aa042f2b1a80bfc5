"""Exported tables: headers, columns, linked sheets, and their readers."""
