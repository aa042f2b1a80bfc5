"""Sections of reports.

Each builds tables, figures and sentences on one subject.
"""
