"""Layouts of tables: rows and columns by their part, scored and applied so that every cell is accounted for."""
