"""Table layouts: detected, scored and applied so that each cell is reconciled."""
