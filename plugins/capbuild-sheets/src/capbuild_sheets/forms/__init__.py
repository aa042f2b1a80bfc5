"""Exports of form products: a head for each question, its options and its rows, and columns the product adds."""
