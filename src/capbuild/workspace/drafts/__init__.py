"""Drafts of new programmes from a framework and returns, with every guess."""
