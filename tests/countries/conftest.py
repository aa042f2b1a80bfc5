"""The country names beside the project, and the participants of the programme."""

import csv

import pytest

PARTICIPANTS = [
    "AG",
    "AW",
    "BB",
    "BS",
    "BZ",
    "CO",
    "CR",
    "CU",
    "CW",
    "DM",
    "DO",
    "EC",
    "GD",
    "GT",
    "GY",
    "HN",
    "HT",
    "JM",
    "KN",
    "LC",
    "MX",
    "NI",
    "PA",
    "PE",
    "SR",
    "SV",
    "SX",
    "TC",
    "TT",
    "VC",
]


@pytest.fixture(scope="session")
def participants():
    return PARTICIPANTS


@pytest.fixture(scope="session")
def name_rows(corpus):
    """Rows of a file of the corpus of country names."""

    def read(name):
        with (corpus / "countries" / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return read
