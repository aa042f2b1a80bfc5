"""Texts that cells share, taken as they stand or parsed as XML: both as the standard library has them."""

import io
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from capbuild_sheets import strings as parsing
from capbuild_sheets.sheets import error_cell
from capbuild_sheets.strings import SharedStrings, unescape
from hypothesis import given, settings
from hypothesis import strategies as st

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="urn:x" count="3" uniqueCount="3">'
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)
ODD = ["a&b", "x<y", "]]", "two\nlines", "_x000D_", " padded ", "", "é", "non\u00a0breaking", "</si>"]


def items(text):
    """Write one text in each of the ways that programs do."""
    said = escape(text)
    plain = f"<si><t>{said}</t></si>"
    kept = f'<si><t xml:space="preserve">{said}</t></si>'
    runs = f"<si><r><rPr><b/></rPr><t>{said}</t></r><r><t>!</t></r></si>"
    read = f'<si><t>{said}</t><rPh sb="0" eb="1"><t>how it is read</t></rPh></si>'
    return st.sampled_from(
        [plain, plain, kept, runs, read, f"{plain}\n", f"<!-- <si><t>no</t></si> -->{plain}", "<si/>"]
    )


def wanted(xml):
    """What the standard library finds: letters of `t`, not of how they are pronounced."""
    found = []
    for item in ElementTree.fromstring(xml):
        spoken = {id(t) for part in item.iter("{urn:x}rPh") for t in part}
        letters = "".join(t.text or "" for t in item.iter("{urn:x}t") if id(t) not in spoken)
        found.append(unescape(letters))
    return found


@settings(max_examples=150, deadline=None)
@given(xml=st.lists((TEXT | st.sampled_from(ODD)).flatmap(items), max_size=12).map("".join), block=st.integers(40, 400))
def test_every_way_of_writing_texts_gives_what_the_standard_library_finds(xml, block):
    whole = f"{HEAD}{xml}</sst>"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "_BLOCK", block)
        strings = SharedStrings("a.xlsx", io.BytesIO(whole.encode()))
        right = wanted(whole)
        assert strings.many(list(range(len(right)))) == right
        assert strings.many([len(right)]) == [error_cell(f"#TEXT {len(right)} IS MISSING")]


def test_other_encodings_and_prefixes_are_parsed_as_xml():
    plain = "<sst><si><t>Haïti</t></si><si><t>Curaçao</t></si></sst>"
    latin = f'<?xml version="1.0" encoding="ISO-8859-1"?>{plain}'.encode("latin-1")
    wide = f'<?xml version="1.0" encoding="UTF-16"?>{plain}'.encode("utf-16")
    prefixed = '<x:sst xmlns:x="urn:x"><x:si><x:t>Haïti</x:t></x:si><x:si><x:t>Curaçao</x:t></x:si></x:sst>'.encode()
    for data in (plain.encode(), latin, wide, prefixed):
        assert SharedStrings("a.xlsx", io.BytesIO(data)).many([0, 1]) == ["Haïti", "Curaçao"]
