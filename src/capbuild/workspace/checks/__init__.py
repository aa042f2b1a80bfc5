"""Plausibility rules over a whole programme's tables."""
