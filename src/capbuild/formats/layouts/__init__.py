"""Table layouts: detected, scored and applied."""
