"""JSON files as responses, and native documents."""
