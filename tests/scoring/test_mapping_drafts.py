"""Drafts of mappings: edited and reworded questions, labelled before the matcher was written, and what is certain."""

import csv
import random
from pathlib import Path

import pytest

from capbuild import read, read_framework
from capbuild.frameworks import framework_from_toml, load_bundled, survey_questionnaire
from capbuild.model import (
    Answer,
    Capacity,
    Framework,
    PersonalData,
    Question,
    QuestionMapping,
    QuestionType,
    Response,
    Scale,
    TargetProfile,
)
from capbuild.scoring import Certainty, draft_mapping, survey_findings
from capbuild.scoring.mapping_drafts import find_evidence_questions

FRAMEWORK = load_bundled("police_cyber")
LANGUAGES = ("en", "es", "fr", "nl")
LABELLED = Path(__file__).with_name("questions_in_other_words.csv")


def asked(texts):
    return [Question(id=f"Q{number}", text=text) for number, text in enumerate(texts)]


def edited(text, pool, rng):
    """A text with one word in ten left out, added, replaced or misspelt."""
    words = text.split()
    for _ in range(max(1, round(len(words) / 10))):
        place = rng.randrange(len(words))
        match rng.randrange(4):
            case 0 if len(words) > 3:
                del words[place]
            case 1:
                words.insert(place, rng.choice(pool))
            case 2:
                words[place] = rng.choice(pool)
            case _:
                words[place] = words[place][:-1] + rng.choice("abcdefghij")
    return " ".join(words)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("language", [*LANGUAGES, "pt"])
def test_questions_with_a_tenth_of_their_words_edited_are_found(language, seed, capsys):
    rng = random.Random(seed)
    texts = {name: criterion.text.get(language) for name, criterion in FRAMEWORK.criteria.items()}
    pool = [word for text in texts.values() for word in text.split()]
    draft = draft_mapping(asked([edited(text, pool, rng) for text in texts.values()]), FRAMEWORK)
    pairs = list(zip(draft, texts, strict=True))
    first = sum(one.target == name for one, name in pairs)
    sure = [(one, name) for one, name in pairs if one.certainty is Certainty.CERTAIN]
    with capsys.disabled():
        print(f"\n{language} {seed}: {first} of {len(texts)} first, {len(sure)} certain", end="")
    assert first >= 0.95 * len(texts)
    assert len(sure) >= 0.8 * len(texts)
    assert [one for one, name in sure if one.target != name] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_was_asked_in_other_words_is_certain_and_wrong(language, capsys):
    lines = LABELLED.read_text("utf-8").splitlines()[1:]
    rows = [row for row in csv.DictReader(lines) if row["language"] == language]
    assert len(rows) == 50
    pairs = list(zip(draft_mapping(asked([row["question"] for row in rows]), FRAMEWORK), rows, strict=True))
    sure = [(one, row["target"]) for one, row in pairs if one.certainty is Certainty.CERTAIN]
    first = sum(one.target == row["target"] for one, row in pairs if row["target"])
    with capsys.disabled():
        print(f"\n{language}: {first} of 35 first in other words, {len(sure)} certain", end="")
    assert [one for one, target in sure if one.target != target] == []
    assert first >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_that_a_person_mapped_are_known_in_the_next_round(language, capsys):
    """Six in ten right pairs, and no wrong one: the wording of the last round is remembered, and edited."""
    rows = list(csv.DictReader(LABELLED.read_text("utf-8").splitlines()[1:]))
    confirmed = {
        row["question"]: QuestionMapping(question=row["question"], target=row["target"])
        for row in rows
        if row["target"]
    }
    rows = [row for row in rows if row["language"] == language]
    pool = [word for row in rows for word in row["question"].split()]
    texts = [edited(row["question"], pool, random.Random(number)) for number, row in enumerate(rows)]
    draft = draft_mapping(asked(texts), FRAMEWORK, confirmed=confirmed)
    sure = [(one, row["target"]) for one, row in zip(draft, rows, strict=True) if one.certainty is Certainty.CERTAIN]
    with capsys.disabled():
        print(f"\n{language}: {len(sure)} of 35 certain in the words of the last round, edited", end="")
    assert [one for one, target in sure if one.target != target] == []
    assert len(sure) >= 0.6 * sum(bool(row["target"]) for row in rows)


def test_ids_of_the_framework_are_certain_whatever_their_case():
    form = survey_questionnaire(FRAMEWORK)
    again = [Question(id=question.id.lower().replace("-", "-"), text="?") for question in form.questions]
    draft = draft_mapping(again, FRAMEWORK)
    assert [mapping.target for mapping in draft.mappings] == [question.id for question in form.questions]


def test_the_question_for_the_country_has_no_target():
    form = asked([FRAMEWORK.criteria["MAN-1.2a"].text.get("en")])
    for answer, place in (("Peru", "Peru"), ("yes", "Peru")):
        given = [Response(id="1", place=place, answers=[Answer("Q0", answer)])]
        (one,) = draft_mapping(form, FRAMEWORK, given)
        assert bool(one.target) is (answer != place)


def test_other_numbers_are_another_question():
    text = FRAMEWORK.criteria["TRA-4.4a"].text.get("en")
    digits = [letter for letter in text if letter.isdigit()]
    assert digits, text
    (one,) = draft_mapping(asked([text.replace(digits[0], str((int(digits[0]) + 3) % 10))]), FRAMEWORK)
    assert (one.target, one.certainty) == ("TRA-4.4a", Certainty.LIKELY)


def test_of_two_questions_only_the_nearer_is_certain():
    text = FRAMEWORK.criteria["MAN-1.2a"].text.get("en")
    near = text.replace("permission", "any permission given")
    farther, nearest = draft_mapping(asked([near, text]), FRAMEWORK)
    assert nearest.certainty is Certainty.CERTAIN
    assert farther.certainty is not Certainty.CERTAIN


def test_notes_and_personal_questions_ask_for_nothing():
    text = FRAMEWORK.criteria["MAN-1.2a"].text.get("en")
    aside = [
        Question(id="a", text=text, type=QuestionType.NOTE),
        Question(id="b", text=text, personal=PersonalData.NAME),
    ]
    assert [one.target for one in draft_mapping(aside, FRAMEWORK)] == ["", ""]


def test_a_draft_is_a_file_for_the_folder():
    text = FRAMEWORK.criteria["MAN-1.2a"].text.get("en")
    rows = list(
        csv.DictReader(draft_mapping(asked([text, "Your favourite colour"]), FRAMEWORK).to_csv("a.csv").splitlines())
    )
    assert [(row["file"], row["question"], row["target"]) for row in rows] == [
        ("a.csv", "Q0", "MAN-1.2a"),
        ("a.csv", "Q1", ""),
    ]


def test_an_id_and_its_whole_title_are_certain():
    framework = Framework(
        id="f", edition="1", title="F", scales=[Scale(id="s")],
        roots=[Capacity(id="A.1", title="Stratégie nationale"), Capacity(id="A.2", title="Stratégie nationale (2)")],
    )  # fmt: skip
    headers = [
        "A.1 Stratégie nationale",
        "A.2 – stratégie nationale",
        "A.3 Stratégie nationale",
        "a.1: Stratégie nationale",
    ]
    found = draft_mapping([Question(id=head, text=head) for head in headers], framework).proposals
    assert [(one.target, one.certainty) for one in (found[0], found[3])] == [("A.1", Certainty.CERTAIN)] * 2
    assert Certainty.CERTAIN not in {found[1].certainty, found[2].certainty}


@pytest.mark.parametrize(
    ("statement", "other"),
    [
        ("The food law is in force", "The food law is not in force"),
        ("La ley de alimentos está en vigor", "La ley de alimentos no está en vigor"),
        ("La loi alimentaire est en vigueur", "La loi alimentaire n'est pas en vigueur"),
        ("De levensmiddelenwet is van kracht", "De levensmiddelenwet is niet van kracht"),
        ("A lei de alimentos está em vigor", "A lei de alimentos não está em vigor"),
        ("Das Lebensmittelgesetz ist in Kraft", "Das Lebensmittelgesetz ist nicht in Kraft"),
        ("The ministry informs the agency", "The agency informs the ministry"),
        ("El ministerio informa a la agencia", "La agencia informa al ministerio"),
        ("Der Bund prüft die Kantone", "Die Kantone prüft der Bund"),
        ("Cost per sample", "Samples per cost"),
    ],
)
def test_the_contrary_and_the_converse_wait_for_a_person(statement, other):
    framework = Framework(
        id="f", edition="1", title="F", scales=[Scale(id="s")],
        roots=[Capacity(id="A.1", title=statement), Capacity(id="A.2", title="Laboratories in all regions")],
    )  # fmt: skip
    same, turned = (draft_mapping(asked([text]), framework).proposals[0].certainty for text in (statement, other))
    assert same is Certainty.CERTAIN
    assert turned is not Certainty.CERTAIN


def test_an_id_is_known_beside_its_text_without_its_mark_and_as_an_indicator_of_one_criterion(tmp_path):
    sheet = "No.,Capacity,Indicator,Points\nA.1,Law,Act in force,3\nA.2,,Act renewed,1\nB.1,Team,Act known,2\n"
    (tmp_path / "f.csv").write_text(sheet, encoding="utf-8")
    framework = read_framework(tmp_path / "f.csv").require()
    ids = ("A.1", "A1", "B-1 Act known", "A.2.1", "A12", "A.1 Act renewed")
    draft = draft_mapping([Question(id=text, text=text) for text in ids], framework)
    found = [one.target if one.certainty is Certainty.CERTAIN else "" for one in draft]
    assert found == ["A.1.1", "A.1.1", "B.1.1", "A.2.1", "", ""]


def test_a_single_word_is_certain_only_as_the_whole_text():
    titles = {"A.1": "Inspection of ships", "A.2": "Coordination"}
    framework = Framework(
        id="f", edition="1", title="F", scales=[Scale(id="s")],
        roots=[Capacity(id=name, title=title) for name, title in titles.items()],
    )  # fmt: skip
    part, whole = draft_mapping(asked(["Inspection", "Coordination"]), framework).proposals
    assert (part.target, part.certainty) == ("A.1", Certainty.LIKELY)
    assert (whole.target, whole.certainty) == ("A.2", Certainty.CERTAIN)


@pytest.mark.parametrize("language", [*LANGUAGES, "pt"])
def test_no_criterion_is_taken_for_the_evidence_of_another(language):
    texts = [criterion.text.get(language) for criterion in FRAMEWORK.criteria.values()]
    assert find_evidence_questions(asked(texts), FRAMEWORK) == {}


HEADERS = (
    "Evidence ({})",
    "Link to the evidence for {}",
    "Adjunte la prueba de {}",
    "{} - evidence",
    "Evidence for {}",
    "Preuve : {}",
    "{} (evidencia)",
    "{}_evidence",
)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("question", ["{id}", "{text}", "{text}: is it in place?", "own_{number}"])
def test_evidence_in_a_column_of_its_own_supports_the_answer_and_is_none(tmp_path, header, question):
    """Points for evidence or none: exactly the criteria with a cell that names a paper count."""
    titles = ("Law on land titles", "Register open to the public", "Court for land disputes")
    rows = "".join(f"A.{number},{text},1\n" for number, text in enumerate(titles, 1))
    (tmp_path / "model.csv").write_text(f"ID,Indicator,Points\n{rows}", "utf-8")
    toml = read_framework(tmp_path / "model.csv").to_toml() + "\n[judgement]\nevidence_from = 1\n"
    framework = framework_from_toml(toml)
    names = [question.format(id=f"A.{n}", text=text, number=n) for n, text in enumerate(titles, 1)]
    heads = [cell for name, text in zip(names, titles, strict=True) for cell in (name, header.format(text))]
    if "own" in question:
        heads = [cell for name in names for cell in (name, header.format(name))]
    cells = ["yes", "Act 12", "yes", "n/a", "yes", "Decree"]
    table = "\n".join([",".join(["country", *heads]), ",".join(["Kenya", *cells])])
    survey = read(table.encode(), name="a.csv")
    mappings = [QuestionMapping(question=name, target=f"A.{n}") for n, name in enumerate(names, 1)]
    found = survey_findings(survey, framework, mappings if "own" in question else None)
    assert {one.target: len(one.evidence) for one in found.findings} == {"A.1.1": 1, "A.2.1": 0, "A.3.1": 1}
    assert {one.value.value for one in found.findings} == {"yes"}
    assert not [issue for issue in found.issues if "vidence" in issue.message]


def test_two_questions_near_one_target_are_left_to_a_person():
    text = FRAMEWORK.criteria["MAN-1.2a"].text.get("en")
    draft = draft_mapping(asked([f"Year: {text}", f"Budget: {text}"]), FRAMEWORK)
    assert {(one.target, one.certainty) for one in draft} == {("MAN-1.2a", Certainty.LIKELY)}


def test_names_of_variables_with_the_ids_of_targets_are_likely(tmp_path):
    (tmp_path / "model.csv").write_text("ID,Indicator,Points\nA.1,Law,1\nA.2,Court,1\nB1.1,Map,1\n", "utf-8")
    framework = read_framework(tmp_path / "model.csv").require()
    names = ["g/q_A_1", "g/q_A_2", "h/q_B1_1", "q_C_1", "start"]
    draft = draft_mapping([Question(id=name, text=name) for name in names], framework)
    assert [one.target if one.certainty is Certainty.LIKELY else "" for one in draft] == [
        "A.1.1", "A.2.1", "B1.1.1", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "titles",
    [
        {"en": "ISO 15189 accreditation", "fr": "Accréditation ISO 15189"},
        {"en": "National plan", "fr": "Plan national"},
        {"en": "Cost per sample", "xx": "Sample per cost"},
    ],
)
def test_a_text_that_only_one_target_has_is_certain_whatever_its_translations(titles):
    def framework(*others):
        roots = [Capacity(id=f"A.{n}", title=text) for n, text in enumerate((titles, *others), 1)]
        return Framework(id="f", edition="1", title="F", scales=[Scale(id="s")], roots=roots)

    near = {language: f"{text} (2)" for language, text in titles.items()}
    for text in titles.values():
        for other in ("Laboratories in all regions", near):
            (one,) = draft_mapping(asked([text]), framework(other))
            assert (one.target, one.certainty) == ("A.1", Certainty.CERTAIN)
        (both,) = draft_mapping(asked([text]), framework(titles))
        assert both.certainty is not Certainty.CERTAIN


@pytest.mark.parametrize(
    ("profile", "target", "level", "later"),
    [("2028", "Cible 2028", "Niveau 2026", "Niveau 2028"), ("Phase 2", "Target Phase 2", "Level", "Level (phase 3)")],
)
def test_a_column_of_the_targets_of_the_framework_is_not_taken_for_the_level(profile, target, level, later):
    titles = ("National plan", "Laboratories in all regions")
    framework = Framework(
        id="f", edition="1", title="F", scales=[Scale(id="s")], profiles=[TargetProfile(id="p", title=profile)],
        roots=[Capacity(id=f"A.{n}", title=title) for n, title in enumerate(titles)],
    )  # fmt: skip

    def proposed(*headers):
        draft = draft_mapping(asked([f"{title} [{header}]" for title in titles for header in headers]), framework)
        return [proposal.target for proposal in draft]

    assert proposed(level, target) == ["A.0", "", "A.1", ""]
    assert proposed(target, level) == ["", "A.0", "", "A.1"]
    assert proposed(level, later) == ["A.0", "A.0", "A.1", "A.1"]
    assert proposed(target) == proposed(level) == ["A.0", "A.1"]
