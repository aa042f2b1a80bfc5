"""A long table (country, question, answer) is the same survey as the wide one, whatever the columns are called."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb

COUNTRIES = ("Jamaica", "Belize", "Peru", "Cuba", "Haiti", "Chile", "Guyana", "Mexico")
ANSWERS = st.tuples(
    st.sampled_from(["Female", "Male"]), st.sampled_from(["Never", "Often", ""]), st.integers(0, 9).map(str)
)
QUESTIONS = ("sex", "trust", "cases")
HEADERS = (("country", "question", "answer"), ("País", "Pregunta", "Respuesta"), ("pays", "question", "réponse"))


@pytest.mark.parametrize("headers", HEADERS)
@settings(max_examples=20, deadline=None)
@given(given=st.lists(ANSWERS, min_size=4, max_size=len(COUNTRIES)))
def test_a_long_table_is_the_same_survey_as_the_wide_one(headers, given):
    rows = list(zip(COUNTRIES, given, strict=False))
    wide = pd.DataFrame([(country, *own) for country, own in rows], columns=["country", *QUESTIONS])
    long = [(country, *pair) for country, own in rows for pair in zip(QUESTIONS, own, strict=True)]
    surveys = [
        cb.read(table.to_csv(index=False).encode(), name=name)
        for name, table in (("wide.csv", wide), ("long.csv", pd.DataFrame(long, columns=headers)))
    ]
    one, other = (survey.wide().drop(columns="response") for survey in surveys)
    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(surveys[0].codebook(), surveys[1].codebook())
    one, other = (survey.tally(*QUESTIONS[:2], by="country").to_pandas() for survey in surveys)
    pd.testing.assert_frame_equal(one, other)
