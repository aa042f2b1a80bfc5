"""Downloads of organisations, and totals among countries and years. All figures are invented."""

import pytest

import capbuild as cb


def _answers(reading):
    return {(r.country.alpha_2, a.question): a.value for r in reading.responses if r.country for a in r}


@pytest.mark.parametrize("code", ["IND", "PER"])
def test_a_code_of_a_country_as_a_header_is_no_country(code):
    rows = [f"LOCATION,Country,{code},Indicator,SEX,Sex,TIME,Unit,Value,Flags"]
    rows += [
        f"{a3},{name},{asked[:3]},{asked},{sex[0]},{sex},{year},persons,{year + n},"
        for n, (a3, name) in enumerate((("PER", "Peru"), ("CUB", "Cuba"), ("KEN", "Kenya")))
        for asked in ("Officers", "Judges")
        for sex in ("Men", "Women")
        for year in (2018, 2019)
    ]
    answers = _answers(cb.read("\n".join(rows).encode(), name="a.csv"))
    asked = {question: value for (country, question), value in answers.items() if country == "CU" and "[" in question}
    assert len(asked) == 8
    assert all(value == int(question[-5:-1]) + 1 for question, value in asked.items())


def test_an_indicator_with_a_word_for_totals_is_one_of_each_country():
    rows = ["Series Name,Country Name,Country Code,2019 [YR2019],2020 [YR2020]"]
    names = (("Peru", "PER"), ("Cuba", "CUB"), ("Kenya", "KEN"))
    for series, start in (("Homicides", 1), ("Population, total", 100)):
        rows += [f'"{series}",{name},{code},{start + n},{start + n + 5}' for n, (name, code) in enumerate(names)]
    answers = _answers(cb.read("\n".join(rows).encode(), name="a.csv"))
    assert answers["KE", "Population, total [2020 [YR2020]]"] == 107
    assert len(answers) == 3 * (4 + 1)


def test_codes_of_the_european_union_in_a_column_of_codes():
    rows = [
        "freq,unit,geo\\TIME_PERIOD\t2019\t2020",
        *(f"A,NR,{geo}\t{n}\t7 b" for n, geo in enumerate(("BE", "EL", "UK", "FI"))),
    ]
    answers = _answers(cb.read("\n".join(rows).encode(), name="a.tsv"))
    assert {country for country, _ in answers} == {"BE", "GR", "GB", "FI"}
    with pytest.raises(cb.errors.CountryError):
        cb.country("EL")


@pytest.mark.parametrize("year", ["FY{}", "Y{}", "{}"])
def test_words_right_before_years(year):
    header = ",".join(["Country", "Indicator", *(year.format(n) for n in (2019, 2020, 2021))])
    rows = [
        f"{name},{asked},{n},5,6" for n, name in enumerate(("Peru", "Cuba", "Chad")) for asked in ("Officers", "Judges")
    ]
    answers = _answers(cb.read("\n".join([header, *rows]).encode(), name="a.csv"))
    assert answers["TD", f"Judges [{year.format(2019)}]"] == 2


@pytest.mark.parametrize(("region", "above"), [("Africa", True), ("Африка", True), ("Africa", False), ("Ulaya", True)])
def test_a_region_with_the_sums_of_its_countries_is_a_total(region, above):
    countries = ["Kenya,10,3", "Ghana,20,4", "Uganda,30,5"]
    total = f"{region},60,12"
    rows = [total, *countries] if above else [*countries, total]
    reading = cb.read("\n".join(["Country,Officers,Doctors", *rows, "Peru,7,9"]).encode(), name="a.csv")
    assert [str(response.country) for response in reading.responses] == ["Kenya", "Ghana", "Uganda", "Peru"]
    assert reading.reconciliation.sheets[0].left_out == {"a total or mean of other rows": 3}


def test_a_union_with_numbers_of_its_own_stays_a_response():
    reading = cb.read(b"Country,Officers,Doctors\nKenya,10,3\nGhana,20,4\nCARICOM,7,9\n", name="a.csv")
    assert [response.place for response in reading.responses] == ["Kenya", "Ghana", "CARICOM"]


def test_amounts_show_the_decimal_mark_of_other_columns():
    rows = [f'{name},"US$ 1,{n}50,000","1,{n}34"' for n, name in enumerate(("Peru", "Cuba", "Chad", "Fiji"), 1)]
    answers = _answers(cb.read("\n".join(["Country,Budget,Officers", *rows]).encode(), name="a.csv"))
    assert answers["FJ", "Officers"] == 1434
    assert answers["FJ", "Budget"] == 1_450_000
