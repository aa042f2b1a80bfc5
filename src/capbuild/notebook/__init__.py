"""Notebook displays of model objects.

A display is a `Page`: data that `capbuild.notebook.bundle` renders and `capbuild.notebook.bundle` prints. It needs no
script or external resource, and a style alone handles light and dark themes. Each class has a module with one function,
`page`.
"""

from capbuild.notebook.bundle import display, mimebundle, plain_text

__all__ = [
    "display",
    "mimebundle",
    "plain_text",
]
