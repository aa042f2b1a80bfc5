"""Frameworks in tree-shaped files.

CISO Assistant libraries, OSCAL catalogs and profiles.
"""
