"""Tables of respondents with a column called rating, score or value: each row stays a respondent, nothing is lost."""

import pytest

import capbuild as cb

WORDS = ("rating", "score", "value", "answer", "response")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("key", ["id", "respondent", ""])
def test_a_row_of_a_respondent_is_a_response(word, key):
    rows = []
    for n in range(12):
        cells = (*([f"k{n}"] if key else []), "Jamaica", "mf"[n % 2], "NS"[n // 6], str(20 + n % 3), str(n % 5), "text")
        rows.append(",".join(cells))
    head = ",".join((*([key] if key else []), "country", "sex", "region", "age", word, "comment"))
    survey = cb.read("\n".join([head, *rows, ""]).encode(), name="a.csv")
    assert len(survey) == 12
    asked = {one.id for one in survey.questions}
    assert {"sex", "region", "age", word} <= asked
    for place, response in enumerate(survey):
        assert (response["sex"].value, response["region"].value) == ("mf"[place % 2], "NS"[place // 6])
        assert response[word].value == place % 5


@pytest.mark.parametrize("word", WORDS[1:4])
def test_a_row_of_a_series_is_still_an_answer(word):
    rows = [f"{c},{year},{sex},{n}" for n, (c, year, sex) in enumerate(
        (c, year, sex) for c in ("Jamaica", "Belize", "Cuba") for year in (2015, 2016) for sex in ("male", "female")
    )]  # fmt: skip
    survey = cb.read("\n".join([f"country,year,sex,{word}", *rows, ""]).encode(), name="a.csv")
    assert [one.country.alpha_2 for one in survey] == ["JM", "BZ", "CU"]
    assert all(len(response) == 4 for response in survey)
