"""Forms for a country or the team, as data."""
