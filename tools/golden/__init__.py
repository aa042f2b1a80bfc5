"""Golden results of readers and writers.

They are what a person last reviewed, and are compared with the present ones.
"""
