"""Forms as data: what a country or the team fills in."""
