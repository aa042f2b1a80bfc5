"""Metadata columns of submissions: ids, times, versions and kept metadata."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from capbuild.tables import polars as load_polars
from capbuild_xlsform.json_answers import WHITE, MetadataColumn
from capbuild_xlsform.json_columns import FallBackToReadError
from capbuild_xlsform.metadata import IDS, LINKS, SUBMITTED, VERSIONS
from capbuild_xlsform.values import parse_moment

if TYPE_CHECKING:
    import polars


_Meta = Mapping[str, MetadataColumn]


def first_texts(meta: _Meta, names: Iterable[str]) -> "polars.Series | None":
    """Return each submission's first metadata text that is not blank.

    Returns None if all are blank.
    """
    pl = load_polars()
    found = [meta[name].texts for name in names if name in meta]
    if not found:
        return None
    texts: polars.Series = pl.select(pl.coalesce(found)).to_series()
    return texts


def submission_names(meta: _Meta, rows: int) -> "polars.Series":
    """Return the id of each submission, or its number."""
    pl = load_polars()
    numbers: polars.Series = pl.int_range(1, rows + 1, eager=True).cast(pl.String)
    found = first_texts(meta, IDS)
    if found is None:
        return numbers
    names = found.str.strip_prefix("uuid:").str.strip_chars(WHITE)
    ids: polars.Series = names.set(names == "", None).zip_with(names.is_not_null() & (names != ""), numbers)
    return ids


def kept_columns(meta: _Meta) -> Iterator[tuple[MetadataColumn, Any]]:
    """Yield kept metadata with their texts; null where not kept.

    Metadata used for id, submission time or version, or a second id, is not kept.
    """
    if LINKS[1] in meta:
        raise FallBackToReadError
    pl = load_polars()
    used: dict[str, Any] = {}
    for names in (IDS, SUBMITTED, VERSIONS):
        before = None
        for name in names:
            if name in meta:
                texts = meta[name].texts
                if names is SUBMITTED and any(
                    parse_moment(text, utc=True) is None for text in texts.unique().drop_nulls()
                ):
                    raise FallBackToReadError
                used[name] = texts.is_not_null() if before is None else texts.is_not_null() & before.is_null()
                before = texts if before is None else pl.select(pl.coalesce(before, texts)).to_series()
    found = first_texts(meta, IDS)
    bare = found.str.strip_prefix("uuid:") if found is not None else None
    for name, piece in meta.items():
        if name in LINKS:
            continue
        mask = used.get(name)
        if name in IDS:
            mask = mask | (piece.texts.str.strip_prefix("uuid:") == bare).fill_null(False)
        texts = piece.texts if mask is None else piece.texts.set(mask, None)
        if texts.null_count() < len(texts):
            yield piece, texts
