"""A small programme to break in many ways."""

import hashlib

import pytest

from capbuild.workspace import collection

PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 1.0"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30
end = 2016-05-31
[[participants]]
country = "Jamaica"
[[participants]]
country = "Belize"
[targets]
default = 3
"""


@pytest.fixture
def folder(tmp_path):
    """A programme with one return of Jamaica."""
    place = tmp_path / "small"
    for name in ("returns", "visits", "mappings"):
        (place / name).mkdir(parents=True)
    (place / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (place / "returns" / "jm.csv").write_text("country,TEC-2.2a\nJamaica,yes\n", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def unchanged_returns_read_once():
    """Reads a return again only where a file below `returns/` or the way to read it is another.

    Readings with options are not kept: an option may name a file elsewhere.
    """
    read, known = collection.read, {}

    def read_once(file, *, host, options, **given):
        if options or file.path is None:
            return read(file, host=host, options=options, **given)
        key = (file.name, hash_returns(file.folder), repr(sorted(given.items())), host)
        if key not in known:
            known[key] = read(file, host=host, options=options, **given)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collection, "read", read_once)
        yield


def hash_returns(folder):
    """Return a digest of names and contents of all files below `returns/`."""
    found = hashlib.sha256()
    for path in sorted((folder / "returns").rglob("*")):
        if path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{path.relative_to(folder)} {content}\n".encode())
    return found.digest()
