"""Pages are spelt as the field spells: no misspelling, one word for one thing, names as their owners write them."""

import re
from pathlib import Path

import pytest
from codespell_lib import main as codespell

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changes/*.md"), *ROOT.glob("plugins/*/README.md"),
     *ROOT.glob("examples/**/README.md")]
)  # fmt: skip
#: The page that is in four languages.
GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
#: Words that only look wrong: other languages, suffixes of files, terms of a standard.
RIGHT = "covert,objet,ore,sav,titel,wil"
#: What is wrong, as a pattern, and what is written instead.
TERMS = {
    r"\b(building|training|national|regional) programs?\b": "programme; software is a program",
    r"\borganiz(e|ed|es|ation|ations|ing)\b": "organise, organisation",
    r"\b(analyz|summariz|normaliz|anonymiz|recogniz|prioritiz|harmoniz)(e|ed|es|ing|ation)\b": "-ise, -isation",
    r"\bcolor(s|ed)?\b": "colour",
    r"\bcenter(s|ed)?\b": "centre",
    r"\b(behavior|favor|labor|neighbor)(s|ed|ing|ly)?\b": "-our",
    r"\blicense\b(?! (file|text))": "licence, the noun",
    r"\bcyber[- ]crime\b": "cybercrime",
    r"\bcyber security\b": "cybersecurity",
    r"\bend[- ]line\b|\bbase[- ]line\b|\bmid[- ]line\b": "baseline, midline, endline",
    r"\bself assessment\b": "self-assessment",
    r"\bstake holder": "stakeholder",
    r"\bXLS Form|\bXlsForm\b|\bXLSform\b": "XLSForm",
    r"\bKobo Toolbox\b|\bKoBoToolbox\b|\bKobotoolbox\b": "KoboToolbox",
    r"\bLime Survey\b|\bLimesurvey\b": "LimeSurvey",
    r"\bSurvey Monkey\b|\bSurveymonkey\b": "SurveyMonkey",
    r"\bSurvey CTO\b|\bSurveyCto\b": "SurveyCTO",
    r"\bInterpol\b": "INTERPOL",
    r"\bKirk patrick\b|\bKirkpatric\b": "Kirkpatrick",
    r"\bCosta-Rica\b|\bSt\. Kitts\b|\bSt\. Lucia\b|\bSt\. Vincent\b": "St without a point",
    r"\bheads\b": "header, column names",
    r"\b(is|are|was|were|be|being) told\b": "reported, given, shown",
    r"\btold (as|from|apart)\b": "distinguished from, reported as",
    r"\bISO-3166\b|\bISO3166\b": "ISO 3166",
}


def prose(page):
    """The lines of a page with their numbers, without code, addresses and what is quoted as others write it."""
    code = False
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        if line.lstrip().startswith(("```", "~~~")):
            code = not code
        elif not code and not line.startswith("    "):
            yield number, re.sub(r"`[^`]*`|\"[^\"]*\"|https?://\S+|\]\([^)]*\)", "", line)


def test_no_common_misspelling(capsys):
    wrong = codespell("--ignore-words-list", RIGHT, *(str(page) for page in PAGES if page != GLOSSARY))
    assert wrong == 0, capsys.readouterr().out


def test_every_word_that_only_looks_wrong_is_used():
    text = " ".join(page.read_text("utf-8").lower() for page in PAGES)
    assert [word for word in RIGHT.split(",") if not re.search(rf"\b{word}\b", text)] == []


def test_terms_and_names_are_written_as_the_field_writes_them():
    found = [
        f"{page.relative_to(ROOT)}:{number}: {match[0]!r}, not {wanted}"
        for page in PAGES
        for number, line in prose(page)
        for wrong, wanted in TERMS.items()
        for match in re.finditer(wrong, line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("A regional program", True),
        ("The programme of 2015", False),
        ("`program` in code", False),
        ("Lime Survey", True),
    ],
)
def test_a_planted_slip_is_found(tmp_path, line, wrong):
    (tmp_path / "a.md").write_text(line, "utf-8")
    assert any(re.search(term, text) for _, text in prose(tmp_path / "a.md") for term in TERMS) is wrong


def test_addresses_are_well_formed():
    """Nothing is fetched: an address has a host with a dot, no space, no bracket left over, and is encrypted."""
    bad = []
    for page in PAGES:
        for address in re.findall(r"https?://[^\s`\"'<>\]|]+", page.read_text("utf-8")):
            plain = address.rstrip(".,;:)")
            known = re.fullmatch(r"https://([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?(/[\w./~%#?=&+:@,()-]*)?", plain)
            local = re.match(r"http://(localhost|127\.0\.0\.1)\b", plain)
            if not known and not local:
                bad.append(f"{page.relative_to(ROOT)}: {plain}")
    assert bad == []
