"""Names of `capbuild.documents`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.documents.envelope import Migration, dump, dumps, load, loads, structure, unstructure

__all__ = [
    "Migration",
    "dump",
    "dumps",
    "load",
    "loads",
    "structure",
    "unstructure",
]
