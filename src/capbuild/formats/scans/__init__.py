"""Fast scans: large files to columns, without an object for each answer."""
