"""Values of cells: numbers, dates, units, choices and kinds of missing."""
