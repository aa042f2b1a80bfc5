"""Sections of reports: each builds tables, figures and sentences on one subject."""
