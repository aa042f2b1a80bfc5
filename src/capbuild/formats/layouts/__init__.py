"""Table layouts: detected, scored and applied.

Each cell is reconciled.
"""
