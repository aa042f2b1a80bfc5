"""Drafts: a new programme from a framework and returns, with every guess."""
