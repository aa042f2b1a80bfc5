"""Rounds: what came in, how it scores, what it needs."""
