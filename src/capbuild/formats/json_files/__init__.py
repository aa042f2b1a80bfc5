"""JSON files: decoded within limits, read as responses, and the native documents."""
