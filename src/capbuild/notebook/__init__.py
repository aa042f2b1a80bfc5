"""Notebook displays of model objects.

A display is a `Page`: data that `capbuild.notebook.html` draws and `capbuild.notebook.bundle` says. Neither a script
nor anything from outside is needed, and light and dark grounds are told apart by the style alone. Each class has a
module of its own with one function, `page`.
"""

from capbuild.notebook.bundle import mimebundle

__all__ = [
    "mimebundle",
]
