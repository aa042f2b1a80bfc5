"""Privacy: names behind pseudonyms, and where a person is mentioned."""
