"""Notebook displays of model objects.

A display is a `Page`: data that `capbuild.notebook.bundle` renders or prints. It needs no script or external resource,
and a style alone handles light and dark themes. Each subject has a module with a function for each of its classes.
"""

from capbuild.notebook.bundle import display, mimebundle, plain_text

__all__ = [
    "display",
    "mimebundle",
    "plain_text",
]
