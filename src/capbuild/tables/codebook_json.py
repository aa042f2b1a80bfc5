"""Convert columns of a codebook to and from plain JSON, for file metadata."""

from collections.abc import Mapping
from typing import Any

from capbuild.errors import DocumentError, ModelError
from capbuild.model import Missing, Questionnaire
from capbuild.tables.codebook import Codebook, Coding, Column
from capbuild.tables.values import from_plain, to_plain

#: Version of the layout of tables in files; files of later versions are rejected.
_VERSION = 1


def _column_to_plain(column: Column) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": column.name, "question": column.question, "coding": column.coding.value}
    if column.repeat:
        plain["repeat"] = column.repeat
    if column.values:
        plain["values"] = [to_plain(value) for value in column.values]
    if column.absent is not Missing.NO_ANSWER:
        plain["absent"] = column.absent.name if column.absent is not None else None
    for name in ("kinds", "texts", "comments"):
        if held := getattr(column, name):
            plain[name] = list(held)
    if column.place is not None:
        plain["place"] = column.place
    if column.step:
        plain["step"] = column.step
    if column.own_rows:
        plain["own_rows"] = True
    return plain


def _column_from_plain(plain: Mapping[str, Any]) -> Column:
    absent = plain.get("absent", Missing.NO_ANSWER.name)
    return Column(
        name=plain["name"],
        question=plain["question"],
        repeat=plain.get("repeat", 0),
        coding=Coding(plain["coding"]),
        values=[from_plain(value) for value in plain.get("values", ())],
        absent=Missing[absent] if absent is not None else None,
        kinds=plain.get("kinds", ()),
        texts=plain.get("texts", ()),
        comments=plain.get("comments", ()),
        place=plain.get("place"),
        step=plain.get("step", ""),
        own_rows=plain.get("own_rows", False),
    )


def codebook_to_plain(codebook: Codebook) -> dict[str, Any]:
    """Convert the columns of a codebook to plain JSON; the questionnaire is a separate document."""
    return {
        "version": _VERSION,
        "file": codebook.file,
        "facts": {name: _column_to_plain(column) for name, column in codebook.facts.items()},
        "columns": [_column_to_plain(column) for column in codebook.columns],
    }


def codebook_from_plain(plain: Mapping[str, Any], questionnaire: Questionnaire) -> Codebook:
    """Build a codebook from the output of `codebook_to_plain`.

    Args:
        plain: Its columns.
        questionnaire: Its questionnaire.

    Raises:
        DocumentError: It is of a later version or not valid.
    """
    try:
        if plain["version"] > _VERSION:
            raise DocumentError(
                f"the table is of version {plain['version']}, and this capbuild knows {_VERSION}",
                code="CB011",
                remedy="install a newer capbuild",
            )
        return Codebook(
            questionnaire=questionnaire,
            columns=[_column_from_plain(column) for column in plain["columns"]],
            facts={name: _column_from_plain(column) for name, column in plain["facts"].items()},
            file=plain["file"],
        )
    except (KeyError, TypeError, ValueError, AttributeError, ModelError) as error:
        raise DocumentError(f"the codebook of the table cannot be understood: {error!r}") from error
