"""Drafts of new programmes, with every guess."""
