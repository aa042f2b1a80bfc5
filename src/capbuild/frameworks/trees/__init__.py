"""Frameworks in tree-shaped files: libraries of CISO Assistant, catalogs and profiles of OSCAL."""
