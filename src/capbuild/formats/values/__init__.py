"""Cell values: numbers, dates, units, choices and missing values."""
