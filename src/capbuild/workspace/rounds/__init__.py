"""Rounds: collection, scores and needs."""
