"""JSON submissions: their reader, and columns without an object for each."""
