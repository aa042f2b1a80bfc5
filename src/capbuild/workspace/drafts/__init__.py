"""Drafts of new programmes, with every guess.

From a framework and returns.
"""
