"""Ids as names of questions: every id comes back from its name, and criteria stay recognisable."""

import re

import pytest
from capbuild_xlsform import decode_name, encode_name
from capbuild_xlsform.values import decode_code, escape_code
from hypothesis import given
from hypothesis import strategies as st


@given(st.text(min_size=1, max_size=30))
def test_every_id_comes_back(identifier):
    name = encode_name(identifier)
    assert decode_name(name) == identifier
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)


@given(st.from_regex(r"[A-Z]{2,6}[-_.][0-9]{1,3}[-_.]?[0-9]{0,3}[a-z]?(_x[0-9a-f]{1,3}_)?", fullmatch=True))
def test_ids_that_look_alike_stay_apart(identifier):
    assert decode_name(encode_name(identifier)) == identifier


@given(st.text(min_size=1, max_size=20))
def test_codes_of_choices_come_back_and_hold_no_space(code):
    assert decode_code(escape_code(code)) == code
    assert len(escape_code(code).split()) == 1


@pytest.mark.parametrize(
    ("identifier", "name"),
    [("TEC-2.2a", "TEC_2_2a"), ("MAN-1", "MAN_1"), ("country", "country"), ("a/b", "a_x2f_b"), ("é", "_xe9_")],
)
def test_names(identifier, name):
    assert encode_name(identifier) == name
