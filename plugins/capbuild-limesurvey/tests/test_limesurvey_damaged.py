"""Hostile and damaged files end in a `ReadError`, or in issues."""

import io
import zipfile

import capbuild_limesurvey as lime
import pytest
from capbuild_limesurvey.reader import sniff
from hypothesis import given, settings
from hypothesis import strategies as st

from capbuild.errors import CODES, LimitError, ReadError
from capbuild.model import SheetReconciliation
from capbuild.plugins import InputFile, ReadLimits

(READER,) = lime.register_readers()
#: Codes of the library and of the plugin.
KNOWN = {*CODES, "LIME1"}
HEAD = "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>600</DBVersion>"


def outcome(data, name="a.lss", limits=None):
    """What a file gives: items whose accounts add up, or an error that says what it is."""
    source = InputFile(name, data=data, limits=limits or ReadLimits())
    refused = None
    try:
        sniff(source)
        items = list(READER.read(source, lime.LimeSurveyOptions()))
    except ReadError as error:
        refused = error
    if refused is not None:
        assert refused.code in KNOWN
        return refused
    accounts = [item for item in items if isinstance(item, SheetReconciliation)]
    assert accounts
    assert all(account.adds_up for account in accounts)
    return items


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>{HEAD}</document>',
        f'<!DOCTYPE d SYSTEM "file:///etc/passwd">{HEAD}</document>',
        HEAD,
        f"{HEAD}<a></b></document>",
        f'<?xml version="1.0" encoding="no-such"?>{HEAD}</document>',
        "<document/>",
        "",
    ],
)
def test_bad_xml(text):
    assert isinstance(outcome(text.encode()), ReadError)


def test_depth_and_number_of_elements():
    deep = f"{HEAD}{'<a>' * 200}{'</a>' * 200}</document>".encode()
    assert isinstance(outcome(deep), LimitError)
    wide = f"{HEAD}<questions><rows>{'<row/>' * 60}</rows></questions></document>".encode()
    assert isinstance(outcome(wide, limits=ReadLimits(cells=50)), LimitError)


def archive(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return stream.getvalue()


def test_archives_that_climb_out_or_burst():
    assert isinstance(outcome(archive({"survey_1.lss": HEAD, "../x": b""}), "a.lsa"), LimitError)
    bomb = archive({"survey_1.lss": bytes(3_000_000)})
    assert isinstance(outcome(bomb, "a.lsa"), LimitError)


def test_an_encrypted_or_damaged_member():
    data = bytearray(archive({"survey_1.lss": HEAD + "</document>"}))
    place = data.index(b"survey_1.lss") + 12
    data[place : place + 8] = b"\xff" * 8
    assert isinstance(outcome(bytes(data), "a.lsa"), ReadError)
    flagged = bytearray(archive({"survey_1.lss": HEAD + "</document>"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flagged[flagged.index(mark) + offset] |= 1
    assert isinstance(outcome(bytes(flagged), "a.lsa"), ReadError)


def mutations(data, name):
    @settings(max_examples=60)
    @given(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), min_size=1, max_size=8))
    def mutate(changes):
        changed = bytearray(data)
        for place, byte in changes:
            changed[place] = byte
        outcome(bytes(changed), name)

    mutate()


def test_mutated_archives(lsa, stored):
    mutations(lsa([({"id": "1", "submitdate": "2016-01-01 00:00:00"}, stored)]), "a.lsa")


def test_mutated_surveys(lss):
    mutations(lss.encode(), "a.lss")


def test_mutated_tables():
    mutations(b"id,submitdate,lastpage,startlanguage,q[a],q[b],n\n1,2016-01-01,1,en,Y,,4\n2,,,,N/A,N/A,x\n", "a.csv")
    mutations(
        b"class\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\nG\t1\tA\t1\t\t\ten\nQ\tL\tq\t1\tT\t\ten\n", "a.txt"
    )


@given(st.binary(max_size=300))
def test_bytes_behind_a_mark(data):
    for mark in (HEAD.encode(), b"class\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\n", b"PK\x03\x04 .lss"):
        outcome(mark + data)
