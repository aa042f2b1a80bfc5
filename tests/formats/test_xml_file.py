"""XML files, parsed within limits."""

import pytest

from capbuild.errors import LimitError, ReadError
from capbuild.formats import load_xml, local_name
from capbuild.plugins import InputFile, ReadLimits


def load(data, **limits):
    return load_xml(InputFile("a.xml", data=data, limits=ReadLimits(**limits)))


def test_the_root_is_returned_whatever_its_encoding():
    text = "<?xml version='1.0' encoding='iso-8859-1'?><a xmlns='urn:x'><b>País</b></a>"
    root = load(text.encode("iso-8859-1"))
    assert [local_name(node) for node in root.iter()] == ["a", "b"]
    assert root[0].text == "País"


@pytest.mark.parametrize(
    "data",
    [b"", b"text", b"<a>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<?xml version='1.0' encoding='none'?><a/>"],
)
def test_what_is_not_well_formed_or_declares_entities_is_refused(data):
    with pytest.raises(ReadError) as caught:
        load(data)
    assert caught.value.code == "CB128"


def test_limits_on_depth_and_elements():
    with pytest.raises(LimitError) as caught:
        load(b"<a>" * 20 + b"</a>" * 20, nesting=10)
    assert caught.value.code == "CB118"
    with pytest.raises(LimitError):
        load(b"<a>" + b"<b/>" * 20 + b"</a>", cells=10)
