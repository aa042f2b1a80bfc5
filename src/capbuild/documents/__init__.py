"""Model objects as versioned JSON documents, strict and reproducible.

    dump(baseline, "baseline.json")
    baseline = load("baseline.json", AssessmentSet)

`docs/reference/documents.md` describes the format; `docs/reference/schema` has JSON Schemas of every kind.
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "Migration",
    "dump",
    "dumps",
    "load",
    "loads",
    "structure",
    "unstructure",
]

_NAMES = {
    "envelope": "Migration dump dumps load loads structure unstructure",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
