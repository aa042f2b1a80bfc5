"""Writer of the JSON Schemas of all documents.

Run: `python tools/write_schemas.py`.
"""

from pathlib import Path

from capbuild.documents.envelope import kinds
from capbuild.documents.schemas import schema_text

FOLDER = Path(__file__).parents[1] / "docs" / "reference" / "schema"


def main() -> None:
    """Write all schemas, and remove obsolete ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.schema.json"):
        if old.name.removesuffix(".schema.json") not in kinds():
            old.unlink()
    for kind in kinds():
        (FOLDER / f"{kind}.schema.json").write_text(schema_text(kind), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
