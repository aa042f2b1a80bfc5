"""Forms as data, to be filled in by a country or the team."""
