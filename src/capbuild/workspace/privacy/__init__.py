"""Privacy: names behind pseudonyms, and mentions of a person."""
