"""Surveys harmonised by a crosswalk: labels decide, never codes; what is unsure waits; nothing is lost."""

import itertools
import random

import openpyxl
import pyreadstat
import pytest
from attrs import evolve

import capbuild as cb
from capbuild.frames import read_question_crosswalk
from capbuild.frameworks import load_bundled
from capbuild.model import Choice, Missing, Question, Questionnaire, QuestionType, Response, Survey

pd = pytest.importorskip("pandas")


def wave(name, questions, answers):
    """A survey of some questions, each response a mapping of answers."""
    responses = [
        Response(id=str(n), answers=[cb.Answer(*pair) for pair in one.items()]) for n, one in enumerate(answers)
    ]
    form = Questionnaire(id=name, title=name, questions=questions)
    return Survey(file=f"{name}.sav", format="test", questionnaire=form, responses=responses)


def choice_question(name, text, labels, **options):
    choices = [Choice(code=code, label=label) for code, label in labels.items()]
    return Question(id=name, text=text, type=QuestionType.SELECT_ONE, choices=choices, **options)


TRUST = "How often do victims report to the police?"
ASKED_2015 = [
    choice_question("q1", TRUST, {"1": "Never", "2": "Sometimes", "3": "Often"}),
    choice_question("q2", "Is there a law on electronic evidence?", {"1": "Yes", "2": "No"}),
    Question(id="q3", text="Cases opened last year", type=QuestionType.INTEGER),
]
#: The scale is turned round, the ids have moved on, and a question is in Spanish.
ASKED_2019 = [
    choice_question("q1", "Has the unit a laboratory?", {"1": "Yes", "2": "No"}),
    choice_question("q2", TRUST, {"1": "Often", "2": "Sometimes", "3": "NEVER."}),
    choice_question("q5", "Is there a law on electronic evidence?", {"1": "Sí", "0": "No"}),
    Question(id="q6", text="Cases opened last year", type=QuestionType.INTEGER),
]


@pytest.fixture
def surveys():
    first = wave("2015", ASKED_2015, [{"q1": "1", "q2": "1", "q3": 4}, {"q1": "3", "q2": "2", "q3": 7}])
    later = wave("2019", ASKED_2019, [{"q1": "1", "q2": "1", "q5": "0", "q6": 5}, {"q1": "2", "q2": "3", "q6": 9}])
    return {"2015": first, "2019": later}


def test_labels_decide_where_codes_are_turned_round(surveys):
    both = cb.harmonise(surveys)
    assert both.survey["q1"].labels == ("Never", "Often", "Often", "Never")
    assert both.survey["q2"].labels == ("Yes", "No", "No")
    assert both.survey["q3"].values == (4, 7, 5, 9)
    assert list(both.survey["wave"].values) == ["2015", "2015", "2019", "2019"]


def test_an_id_with_another_text_is_another_question(surveys):
    rows = {(row.wave, row.question): row for row in cb.draft_question_crosswalk(surveys) if not row.option}
    assert rows["2019", "q2"].target == "q1"
    assert rows["2019", "q1"].target == ""  # its id is that of another question: a person decides
    assert rows["2019", "q1"].proposed == "q1"
    issue = next(issue for issue in cb.harmonise(surveys).issues if issue.code == "CB221")
    assert "q1 (likely q1)" in issue.message


def test_the_stacked_table_keeps_what_was_given(surveys):
    frame = cb.harmonise(surveys).to_pandas()
    row = frame[(frame["wave"] == "2019") & (frame["question"] == "q1")].iloc[0]
    assert (row["value"], row["label"]) == ("3", "Often")
    assert (row["original_question"], row["original_value"], row["original_label"]) == ("q2", "1", "Often")


@pytest.mark.parametrize("suffix", ["csv", "semicolons", "xlsx", "frame"])
def test_a_corrected_table_is_read_back(surveys, suffix, tmp_path):
    draft = cb.draft_question_crosswalk(surveys)
    path = tmp_path / f"crosswalk.{'xlsx' if suffix == 'xlsx' else 'csv'}"
    frame = draft.to_pandas()
    frame.loc[(frame["wave"] == "2019") & (frame["question"] == "q1") & frame["option"].isna(), "target"] = "lab"
    if suffix == "xlsx":
        frame.to_excel(path, index=False)
        openpyxl.load_workbook(path).close()
    elif suffix != "frame":
        frame.to_csv(path, index=False, sep=";" if suffix == "semicolons" else ",", encoding="cp1252")
    both = cb.harmonise(surveys, frame if suffix == "frame" else path)
    assert both.survey["lab"].labels == ("Yes", "No")
    assert both.survey["q1"].labels == ("Never", "Often", "Often", "Never")
    assert len(both.issues) == 0


def test_csv_is_read_back_equal(surveys, tmp_path):
    draft = cb.draft_question_crosswalk(surveys)
    draft.to_csv(tmp_path / "crosswalk.csv")
    assert read_question_crosswalk(tmp_path / "crosswalk.csv") == draft


def test_rows_of_earlier_waves_are_kept_for_the_next(surveys):
    first, later = surveys["2015"], surveys["2019"]
    known = cb.draft_question_crosswalk({"2015": first})
    rows = [cb.frames.CrosswalkRow(**{**vars_of(row), "target": row.target.replace("q3", "cases")}) for row in known]
    both = cb.harmonise(surveys, cb.draft_question_crosswalk(surveys, cb.frames.QuestionCrosswalk(rows)))
    assert both.survey["cases"].values == (4, 7, 5, 9)
    assert len(later) == 2


def vars_of(row):
    return {name: getattr(row, name) for name in cb.frames.question_crosswalk.COLUMNS}


def test_of_several_options_those_with_a_target_stay():
    media = {"radio": "Radio", "web": "Web"}
    forms = [[evolve(choice_question("q", "Media", options), type="select multiple")]
             for options in ({"radio": "Radio"}, media)]  # fmt: skip
    waves = [wave("a", forms[0], [{"q": ("radio",)}]), wave("b", forms[1], [{"q": ("web", "radio")}, {"q": ("web",)}])]
    both = cb.harmonise(waves)
    assert both.survey["q"].values == (("radio",), ("radio",), Missing.INVALID)
    (issue,) = both.issues
    assert (issue.code, "'Web' (2)" in issue.message) == ("CB220", True)


def test_an_option_without_a_target_is_invalid_and_reported():
    first = wave("a", [choice_question("q", "Trust", {"1": "Low", "2": "High"})], [{"q": "1"}])
    later = wave("b", [choice_question("q", "Trust", {"1": "Low", "9": "Cannot tell"})], [{"q": "9"}, {"q": "1"}])
    both = cb.harmonise([first, later])
    assert both.survey["q"].values == ("1", Missing.INVALID, "1")
    (issue,) = both.issues
    assert (issue.code, "'Cannot tell' (1)" in issue.message) == ("CB220", True)
    assert both.to_pandas()["original_label"].to_list() == ["Low", "Cannot tell", "Low"]


def test_other_units_and_bare_codes_wait_for_a_person():
    first = wave("a", [Question(id="t", text="Time", type="integer", unit="hours")], [{"t": 2}])
    later = wave("b", [Question(id="t", text="Time", type="integer", unit="minutes")], [{"t": 120}])
    draft = cb.draft_question_crosswalk([first, later])
    assert [row.target for row in draft] == ["t", ""]
    corrected = pd.DataFrame([{"wave": "a", "question": "t", "target": "t"},
                              {"wave": "b", "question": "t", "target": "t", "factor": 1 / 60}])  # fmt: skip
    assert cb.harmonise([first, later], corrected).survey["t"].values == (2, pytest.approx(2))
    labelled = wave("a", [choice_question("q", "Trust", {"1": "Low", "2": "High"})], [{"q": "1"}])
    bare = wave("b", [choice_question("q", "Trust", {"1": "1", "2": "2"})], [{"q": "1"}])
    options = [row for row in cb.draft_question_crosswalk([labelled, bare]) if row.option and row.wave == "b"]
    assert [(row.target, row.proposed) for row in options] == [("", "1"), ("", "2")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [{"wave": "a", "question": "q", "target": "x"}, {"wave": "a", "question": "r", "target": "x"}],
            "'x' is the target of q and r in a",
        ),
        ([{"wave": "a", "question": "q", "target": "wave"}], "'wave' is the target of wave and q"),
        ([{"wave": "", "question": "q", "target": "x"}], "names no wave"),
        ([{"wave": "a", "question": "q", "target": "x", "factor": "much"}], "factor must be a number"),
        ([{"wave": "a", "question": "q", "target": "x", "factor": "1e400"}], "factor must be a number"),
        ([{"wave": "a", "question": "q", "target": "x", "factor": "0"}], "factor must be a number"),
        (
            [
                {"wave": "a", "question": "q", "target": "x"},
                {"wave": "a", "question": "q", "option": "1", "target": "1"},
                {"wave": "a", "question": "q", "option": "1", "target": "2"},
            ],
            "CB222 frame:4: option '1' of q in a has two targets",
        ),
        ([{"question": "q"}], "no row with the columns"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(rows, message):
    survey = wave("a", [Question(id="q", text="One"), Question(id="r", text="Two")], [{"q": "x"}])
    with pytest.raises(cb.CapbuildError, match=message):
        cb.harmonise([survey], pd.DataFrame(rows))


def test_rows_that_fit_nothing_are_reported_with_their_place():
    survey = wave("a", [Question(id="trust", text="Trust", type="integer")], [{"trust": 1}])
    rows = pd.DataFrame(
        [{"wave": "a", "question": "trusst", "target": "t"}, {"wave": "b", "question": "x", "target": "x"}]
    )
    issues = cb.harmonise([survey], rows).issues
    assert [(one.code, one.origin.row) for one in issues if one.code == "CB222"] == [("CB222", 3), ("CB222", 2)]
    assert "did you mean 'trust'" in str(issues.items[1])


def test_a_code_for_missing_is_no_option_that_another_survey_lacks():
    options = {"a": ("yes", "no", "refused"), "b": ("yes", "no", "partly")}
    kinds = {"refused": Missing.REFUSED}

    def asked(name, codes):
        choices = [Choice(code=code, label=code, missing=kinds.get(code)) for code in codes]
        return wave(name, [Question(id="q", text="Q", type="select one", choices=choices)], [{"q": "yes"}])

    rows = [(name, "q", code, code or "q") for name, codes in options.items() for code in ("", *codes)]
    table = pd.DataFrame(rows, columns=["wave", "question", "option", "target"])
    issues = cb.harmonise([asked(*one) for one in options.items()], table).issues
    assert [one.remedy for one in issues if one.code == "CB222"] == ["options of a: 'no', 'yes'"]


@pytest.mark.parametrize(("replaced", "least", "most"), [(False, 200, 240), (True, 0, 60)])
def test_no_edited_question_is_certain_and_wrong(replaced, least, most):
    """A word left out is an edit; a word in place of another, such as women for men, may ask something else."""
    texts = {name: criterion.text.get("en") for name, criterion in load_bundled("police_cyber").criteria.items()}
    rng = random.Random(7)
    pool = [word for text in texts.values() for word in text.split()]

    def edit(text):
        words = text.split()
        words[rng.randrange(len(words))] = rng.choice(pool) if replaced else ""
        return " ".join(words)

    first = wave("a", [Question(id=name, text=text) for name, text in texts.items()], [])
    later = wave("b", [Question(id=f"v{n}", text=edit(text)) for n, text in enumerate(texts.values())], [])
    rows = [row for row in cb.draft_question_crosswalk([first, later]) if row.wave == "b"]
    found = [(row, name) for row, name in zip(rows, texts, strict=True) if row.certainty == "certain"]
    assert least <= len(found) <= most
    assert [row for row, name in found if row.target != name] == []
    assert sum((row.target or row.proposed) == name for row, name in zip(rows, texts, strict=True)) > 225


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Men trained", "Women trained"), ("Hours to answer", "Minutes to answer"), ("Income (USD)", "Income (JMD)"),
        ("How long does an answer take? (hours)", "How long does an answer take? (minutes)"),
        ("Share trained (%)", "Share trained (number)"), ("Cases opened last year", "Cases closed last year"),
    ],
)  # fmt: skip
def test_a_word_in_place_of_another_waits_for_a_person(one, other):
    waves = {name: wave(name, [Question(id=name, text=text)], []) for name, text in (("a", one), ("b", other))}
    rows = cb.draft_question_crosswalk(waves)
    assert [row.target for row in rows if row.wave == "b"] in ([""], ["b"])
    assert not any(row.target == "a" for row in rows if row.wave == "b")


def test_a_misspelt_survey_in_a_crosswalk_is_an_error():
    waves = {name: wave(name, [Question(id="q", text="Q")], []) for name in ("2015", "2019")}
    rows = [{"wave": name, "question": one, "target": one} for name in ("2015", "2109") for one in "qr"]
    (issue, *_) = cb.harmonise(waves, pd.DataFrame(rows)).issues
    assert (issue.code, issue.severity.value) == ("CB222", "error")
    assert "did you mean '2019'" in issue.message
    assert "2 rows" in issue.message
    of_more = [row for row in rows if row["question"] == "q"] + [{"wave": "2109", "question": "x", "target": "x"}]
    assert not cb.harmonise({"2015": waves["2015"]}, pd.DataFrame(of_more)).issues


def test_spss_files_of_two_rounds(tmp_path):
    labels = {"first": {1: "Never", 2: "Often", 9: "Refused"}, "second": {1: "Often", 2: "Never", 9: "Refused"}}
    for name, own in labels.items():
        frame = pd.DataFrame({"country": ["Jamaica", "Belize", "Peru"], "v1": [1.0, 2.0, 9.0]})
        pyreadstat.write_sav(
            frame, str(tmp_path / f"{name}.sav"), column_labels={"v1": "Do people report?"},
            variable_value_labels={"v1": own}, missing_ranges={"v1": [9]},
        )  # fmt: skip
    both = cb.harmonise([cb.read(tmp_path / f"{name}.sav") for name in labels])
    assert both.survey["v1"].labels == ("Never", "Often", Missing.REFUSED, "Often", "Never", Missing.REFUSED)
    assert both.survey.wide().groupby("wave", observed=True)["v1"].count().to_dict() == {"first": 2, "second": 2}
    given = both.to_pandas()["original_label"].to_list()
    assert given == [*labels["first"].values(), *labels["second"].values()]


WORDS = ("Level", "Niveau", "Nivel", "Stufe", "Poziom", "المستوى", "Уровень", "等级")
#: Labels of a level; the last one is a number, as a file without a form has it.
LABELS = (lambda w, n: f"{w} {n}", lambda _, n: str(n), lambda w, n: f"{w[0]}{n}", lambda w, n: f"{n} - {w}", None)


def scale(name, label, word, numbers):
    if label is None:
        answers = [cb.Answer("q", n) for n in numbers] * 3
        responses = [Response(id=str(n), answers=[answer]) for n, answer in enumerate(answers)]
        return Survey(file=name, format="test", responses=responses)
    labels = {chr(97 + n): label(word, n) for n in reversed(numbers)}
    return wave(name, [choice_question("q", "How mature is it?", labels)], [{"q": chr(97 + n)} for n in numbers])


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("numbers", [(1, 2, 3), (0, 1, 2, 3, 4), tuple(range(1, 11))])
def test_scales_of_the_same_numbers_are_proposed_by_number(word, numbers):
    for first, later in itertools.permutations(LABELS, 2):
        surveys = {"a": scale("a", first, word, numbers), "b": scale("b", later, word, numbers)}
        draft = cb.draft_question_crosswalk(surveys).to_pandas()
        draft["target"] = draft["target"].fillna(draft["proposed"])  # a person confirms all that is proposed
        options = draft[draft["wave"].eq("b") & draft["option"].notna()]
        code = [n if first is None else ord(n) - 97 for n in options["target"].map(int if first is None else str)]
        own = [n if later is None else ord(n) - 97 for n in options["option"].map(int if later is None else str)]
        assert sorted(own) == list(numbers)
        assert code == own
        counts = cb.harmonise(surveys, draft).survey.wide()["q"].value_counts()
        assert set(counts) == {(1 if first else 3) + (1 if later else 3)}


def test_bare_numbers_of_another_scale_are_not_certain():
    numbers = LABELS[1]
    draft = cb.draft_question_crosswalk([scale("a", numbers, "", range(1, 6)), scale("b", numbers, "", range(1, 11))])
    assert not any(row.target for row in draft if row.option and row.wave == "b")


def test_a_number_with_a_code_for_missing_stays_a_number(tmp_path):
    """98 and 999 with labels are the normal case in SPSS."""
    frame = pd.DataFrame({"country": ["Peru", "Chile", "Cuba"], "age": [20.0, 30.0, 999.0]})
    labels = {"age": {999: "Refused"}}
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels=labels, missing_ranges={"age": [999]})
    survey = cb.read(tmp_path / "a.sav")
    both = cb.harmonise({"one": survey, "two": survey})
    assert [cell.mean for cell in both.survey.tally("age")] == [25]
    assert both.survey["age"].missing == {Missing.REFUSED: 2}


@pytest.fixture
def translated():
    """Two surveys whose questions and options share no word."""
    first = wave("a", [choice_question("q", "Was it reported?", {"1": "Yes", "2": "No", "3": "In part"}),
                       choice_question("r", "Trust", {"1": "Low", "2": "High"})],
                 [{"q": "1", "r": "2"}, {"q": "2", "r": "1"}, {"q": "3", "r": "1"}])  # fmt: skip
    later = wave("b", [choice_question("P1", "¿Se denunció?", {"Sí": "Sí", "No": "No"}),
                       choice_question("P2", "Confianza", {"Baja": "Baja", "Alta": "Alta", "Se niega": "Se niega"})],
                 [{"P1": "Sí", "P2": "Alta"}, {"P1": "No", "P2": "Se niega"}])  # fmt: skip
    return {"a": first, "b": later}


def corrected(surveys, changes):
    table = cb.draft_question_crosswalk(surveys).to_pandas()
    for (question, option), target in changes.items():
        here = table["option"].isna() if option is None else table["option"] == option
        table.loc[(table["question"] == question) & here, "target"] = target
    return table


def test_questions_that_match_none_are_said(translated):
    issues = cb.harmonise(translated).issues
    assert [str(one.message) for one in issues] == ["questions of b without a match in a: 2 (P1, P2)"]


def test_options_are_compared_once_a_person_gives_their_question_a_target(translated, tmp_path):
    table = corrected(translated, {("P1", None): "q", ("P2", None): "r"})
    table.to_csv(tmp_path / "crosswalk.csv", index=False)
    for given in (table, tmp_path / "crosswalk.csv", cb.draft_question_crosswalk(translated, known=table)):
        both = cb.harmonise(translated, given)
        assert both.survey["q"].values == ("1", "2", "3", "1", "2")
        assert both.survey["r"].values == ("2", "1", "1", Missing.INVALID, Missing.INVALID)
        assert [one.code for one in both.issues] == ["CB220"]


@pytest.mark.parametrize("word", ["refused", "9"])
def test_an_option_may_stand_for_a_kind_of_missing(translated, word):
    kinds = Choice(code="9", label="Refused", missing=Missing.REFUSED)
    first = translated["a"].questionnaire.questions
    form = Questionnaire(id="a", title="a", questions=[first[0], evolve(first[1], choices=[*first[1].choices, kinds])])
    surveys = {**translated, "a": evolve(translated["a"], questionnaire=form)}
    targets = {("P2", None): "r", ("P2", "Baja"): "1", ("P2", "Alta"): "2", ("P2", "Se niega"): word}
    both = cb.harmonise(surveys, corrected(surveys, targets))
    assert both.survey["r"].values[-2:] == ("2", Missing.REFUSED)
    assert [cell.option for cell in both.survey.tally("r")] == ["1", "2"]


def test_targets_that_one_survey_alone_has_are_said(translated):
    targets = {("P1", None): "q", ("P2", None): "rr", ("P1", "Sí"): "1.", ("P1", "No"): "2"}
    messages = [one.message for one in cb.harmonise(translated, corrected(translated, targets)).issues]
    assert messages == [
        "b gives q 1 option that a does not have: '1.' (did you mean '1'?)",
        "no other survey has 'rr', the target of P2 of b (did you mean 'r'?)",
    ]


def test_a_question_that_nobody_answered_fits_numbers():
    first = wave("a", [Question(id="n", text="How many investigators?", type="integer", inferred=True)], [{"n": 4}])
    empty = Question(id="n", text="How many investigators?", type="text", inferred=True)
    later = wave("b", [empty], [{"n": Missing.NO_ANSWER}])
    for surveys in ([first, later], [later, first]):
        both = cb.harmonise(surveys)
        assert set(both.survey["n"].values) == {4, Missing.NO_ANSWER}
        assert len(both.issues) == 0


def test_a_code_that_is_an_option_in_one_wave_and_missing_in_another_is_both():
    """9 was Elsewhere; in the next wave Elsewhere is 2, and 9 is for those who refuse."""
    first = wave("a", [choice_question("q", "Where?", {"1": "Here", "9": "Elsewhere"})], [{"q": "9"}, {"q": "1"}])
    labels = choice_question("q", "Where?", {"1": "Here", "2": "Elsewhere"})
    refused = Choice(code="9", label="Refused", missing=Missing.REFUSED)
    later = wave("b", [evolve(labels, choices=[*labels.choices, refused])], [{"q": "2"}, {"q": Missing.REFUSED}])
    for surveys in ({"a": first, "b": later}, {"b": later, "a": first}):
        values = dict.fromkeys(("a", "b"), ())
        for response in cb.harmonise(surveys).survey.responses:
            values[response["wave"].value] += (response["q"].value,)
        elsewhere = "9" if next(iter(surveys)) == "a" else "2"
        assert values == {"a": (elsewhere, "1"), "b": (elsewhere, Missing.REFUSED)}


def test_an_option_that_is_left_out_is_no_answer_of_any_kind():
    """It leaves the denominator with its respondent; other options of a multi-select stay."""
    labels = {"a": "Phone", "b": "Post", "c": "Fax"}
    asked = [
        choice_question("one", "How?", labels),
        evolve(choice_question("many", "How else?", labels), type=QuestionType.SELECT_MULTIPLE),
    ]
    given = [("a", ("a", "c")), ("c", ("c",)), ("b", ("b", "a")), ("c", Missing.NOT_APPLICABLE)]
    surveys = {"w": wave("w", asked, [dict(zip(("one", "many"), pair, strict=True)) for pair in given])}
    table = cb.draft_question_crosswalk(surveys).to_pandas()
    table.loc[table["option"] == "c", "target"] = "-"
    both = cb.harmonise(surveys, table)
    kept = [{one.question: one.value for one in response.answers} for response in both.survey.responses]
    assert [one.get("one") for one in kept] == ["a", None, "b", None]
    assert [one.get("many") for one in kept] == [("a",), None, ("b", "a"), Missing.NOT_APPLICABLE]
    assert both.survey.tally("one")["one", "Phone"].mean == 1 / 2
    assert len(both.issues) == 0


def test_options_that_all_stand_for_a_kind_of_missing_leave_no_value(translated):
    changes = {("r", "1"): "refused", ("r", "2"): "refused"} | dict.fromkeys((("P2", None),), "r")
    changes |= {("P2", option): "refused" for option in ("Baja", "Alta", "Se niega")}
    both = cb.harmonise(translated, corrected(translated, changes))
    assert set(both.survey["r"].values) == {Missing.REFUSED}


def test_files_are_read_and_their_personal_questions_are_named_as_left_out(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("country,e-mail,trust\nJamaica,a@example.org,often\n")
    files = {name: tmp_path / f"{name}.csv" for name in "ab"}
    found = cb.harmonise(files)
    assert (
        found.survey.responses == cb.harmonise({name: cb.read(file) for name, file in files.items()}).survey.responses
    )
    again = cb.draft_question_crosswalk(files, known=found.crosswalk)
    promised = [issue for issue in cb.harmonise(files, again).issues if "adds them" in issue.remedy]
    assert (promised, [issue.code for issue in found.issues]) == ([], ["CB221", "CB221"])
    for one in ("a.csv", found.survey, 1):
        with pytest.raises(cb.CapbuildError, match="must be a list of surveys"):
            cb.harmonise(one)


def test_days_and_times_are_kept_as_they_are() -> None:
    waves = {
        year: cb.read(
            f"country,visited,met\nTogo,{year}-03-01,yes\nBenin,{year}-03-01,no\nGhana,{year}-03-02,no\n".encode(),
            name="a.csv",
        )
        for year in ("2024", "2026")
    }
    draft = cb.draft_question_crosswalk(waves).to_pandas()
    assert not draft.loc[draft["question"].eq("visited"), "option"].notna().any()
    draft["target"] = draft["target"].fillna(draft["proposed"])
    stacked = cb.harmonise(waves, draft).to_pandas()
    days = stacked.loc[stacked["question"].eq("visited"), ["wave", "value"]]
    assert all(value.startswith(wave) for wave, value in days.itertuples(index=False))
