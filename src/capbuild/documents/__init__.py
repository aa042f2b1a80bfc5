"""Model objects as versioned JSON documents, strict and reproducible.

    dump(baseline, "baseline.json")
    baseline = load("baseline.json", AssessmentSet)

`docs/reference/documents.md` describes the format; JSON Schemas of every kind lie in `docs/reference/schema`.
"""

from capbuild._lazy import lazy_exports

TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.documents._kinds import class_of, kind_of, kinds
    from capbuild.documents.converter import make_converter
    from capbuild.documents.envelope import dump, dumps, load, loads, structure, unstructure
    from capbuild.documents.migrations import MIGRATIONS, VERSION, Migration, Version, migrate
    from capbuild.documents.schemas import schema, schema_text

__all__ = [
    "MIGRATIONS",
    "VERSION",
    "Migration",
    "Version",
    "class_of",
    "dump",
    "dumps",
    "kind_of",
    "kinds",
    "load",
    "loads",
    "make_converter",
    "migrate",
    "schema",
    "schema_text",
    "structure",
    "unstructure",
]

_NAMES = {
    "_kinds": "class_of kind_of kinds",
    "converter": "make_converter",
    "envelope": "dump dumps load loads structure unstructure",
    "migrations": "MIGRATIONS Migration VERSION Version migrate",
    "schemas": "schema schema_text",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
