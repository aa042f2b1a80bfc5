"""A small programme in which nothing is doubtful, written as files of a folder."""

import csv
import io

from capbuild.frameworks import load_bundled

FRAMEWORK = load_bundled("police_cyber")
COUNTRIES = ("Jamaica", "Barbados", "Honduras")
CODES = {"Jamaica": "jm", "Barbados": "bb", "Honduras": "hn"}
LANGUAGE = {"Jamaica": "en", "Barbados": "en", "Honduras": "es"}
#: Criteria that the visits judge.
SEEN = [c for name in ("MAN-1", "TRA-2", "OPS-2", "TEC-1", "TEC-2") for c in FRAMEWORK[name].criteria]

PROGRAMME = """
[programme]
id = "clean"
title = "Clean programme"
framework = "police-cyber 1.0"
languages = ["en", "es"]
invented = true
notice = "Invented answers."

[[phases]]
id = "all"
title = "All"
start = 2015-12-01
end = 2017-12-31

[[rounds]]
id = "baseline"
kind = "baseline"
title = "Baseline"
reference_date = 2016-03-31
start = 2016-01-04
end = 2016-03-31

[[rounds]]
id = "endline"
kind = "endline"
title = "Endline"
reference_date = 2017-11-30
start = 2017-10-02
end = 2017-11-30

[targets]
title = "Targets"
default = 3

[audiences]
team = "TLP:AMBER+STRICT"
country = "TLP:AMBER"
regional = "TLP:GREEN"
minimum_n = 2

[markings]
Internal = "TLP:AMBER"
Open = "TLP:GREEN"

[plan]
round = "baseline"
budget = 90_000
currency = "USD"
start = 2016-04-01
months = 18
must = ["A01"]
blocked = ["12"]

[plan.headcount.Jamaica]
R03 = 4

[read."returns/*"]
received = 2016-01-29

[read."returns/endline/*"]
round = "endline"
received = 2017-10-27

[[participants]]
country = "Jamaica"
languages = ["en"]
visit = true
size = "small"

[[participants]]
country = "Barbados"
languages = ["en"]
size = "small"

[[participants]]
country = "Honduras"
languages = ["es"]
size = "small"

[[consents]]
country = "Jamaica"
audience = "regional"
date = 2016-04-04
by = "police"

[[consents]]
country = "Barbados"
audience = "regional"
date = 2016-04-04
by = "police"
"""

VISITS = """
[[visits]]
id = "jm-2016"
title = "Visit"
country = "Jamaica"
start = 2016-02-16
end = 2016-02-18
team = ["assessor", "trainer"]
sites = ["office of the function"]
language = "en"
round = "baseline"
findings = "jamaica.csv"

[[visits]]
id = "jm-2017"
title = "Visit"
country = "Jamaica"
start = 2017-11-14
end = 2017-11-16
team = ["assessor", "trainer"]
sites = ["office of the function"]
language = "en"
round = "endline"
findings = "jamaica-2017.csv"
"""

MEETINGS = """
[[meetings]]
id = "opening"
title = "Opening"
round = "baseline"
start = 2016-02-02
end = 2016-02-03
participants = ["Jamaica", "Barbados", "Honduras"]
findings = "opening.csv"
"""

DESK = """
[[reviews]]
id = "laws"
title = "Laws"
round = "baseline"
start = 2016-02-22
end = 2016-02-24
findings = "laws.csv"
"""

RESULTS = """
[[results]]
id = "outcome"
kind = "immediate outcome"
title = "Devices are handled as the procedure says"
criteria = ["TEC-1"]

[[results.indicators]]
id = "outcome-1"
title = "Stations with the procedure"
unit = "stations"
source = "visits"
method = "count"
baselines = { "2016" = 4 }
targets = { "2017" = 9 }
actuals = { "2017" = 7 }
"""

TABLES = {
    "collecting/register.csv": [
        ("country", "round", "instrument", "respondent", "language", "focal_point", "sent", "due", "reminders",
         "received", "status", "questions", "file", "note"),
        *(
            (country, round_, "survey", kind, LANGUAGE[country], "", sent, due, due, came, "accepted", "",
             f"returns/{folder}{CODES[country]}-{kind}.csv", "")
            for round_, folder, sent, due, came in (
                ("baseline", "", "2016-01-04", "2016-01-22", "2016-01-29"),
                ("endline", "endline/", "2017-10-02", "2017-10-20", "2017-10-27"),
            )
            for country in COUNTRIES
            for kind in ("police", "prosecution")
        ),
    ],
    "training/deliveries.csv": [
        ("delivery", "activity", "title", "start", "end", "place", "host", "language", "trainers", "criteria",
         "cancelled"),
        ("T1", "A01", "First responders", "2016-09-13", "2016-09-14", "Kingston", "Jamaica", "en", "2", "", ""),
        ("T2", "A01", "Primera respuesta", "2016-10-04", "2016-10-05", "Tegucigalpa", "Honduras", "es", "2", "", ""),
        ("T3", "A09", "Mobile devices", "2017-03-13", "2017-03-17", "Bridgetown", "Barbados", "en", "2", "", ""),
        ("T4", "A01", "Recalled", "2017-05-09", "2017-05-10", "Kingston", "Jamaica", "en", "2", "", "yes"),
    ],
    "training/enrolments.csv": [
        ("participant", "delivery", "country", "role", "sex", "status"),
        ("P-1", "T1", "Jamaica", "R03", "female", "certified"),
        ("P-2", "T1", "Barbados", "R03", "male", "certified"),
        ("P-3", "T2", "Honduras", "R03", "female", "completed"),
        ("P-4", "T2", "Honduras", "R03", "male", "withdrawn"),
        ("P-2", "T3", "Barbados", "R05", "male", "attended"),
    ],
    "training/evaluations.csv": [
        ("delivery", "participant", "level", "moment", "instrument", "value", "maximum"),
        ("T1", "P-1", "learning", "before", "test", "9", "20"),
        ("T1", "P-1", "learning", "after", "test", "16", "20"),
        ("T1", "P-2", "learning", "after", "test", "17", "20"),
        ("T2", "", "reaction", "after", "form", "4", "5"),
        ("T3", "", "reaction", "after", "form", "5", "5"),
    ],
    "budget.csv": [
        ("line", "title", "year", "planned", "committed", "spent", "currency", "recurring", "rate_date", "as_of"),
        ("visits", "Visits", "2016", "60000", "58000", "55000", "USD", "no", "2016-03-31", "2016-12-31"),
        ("courses", "Courses", "2017", "70000", "65000", "64000", "USD", "no", "2017-03-31", "2017-12-29"),
    ],
    "network/contacts.csv": [
        ("country", "network", "office", "role", "focal_point", "languages", "hours", "last_tested", "reached",
         "valid_until", "tlp"),
        *((c, "24/7", "", "first contact", f"{CODES[c]}-focal-1", LANGUAGE[c], "all hours", "2017-09-15", "yes",
           "2018-12-31", "TLP:AMBER") for c in COUNTRIES),
    ],
    "network/requests.csv": [
        ("asking", "asked", "network", "kind", "sent", "answered", "outcome", "tlp"),
        ("Barbados", "Jamaica", "24/7", "preservation", "2016-10-05", "2016-10-09", "answered", "TLP:AMBER"),
        ("Jamaica", "Barbados", "24/7", "preservation", "2017-12-12", "", "waiting", "TLP:AMBER"),
    ],
    "network/agreements.csv": [
        ("id", "title", "kind", "parties", "signed", "in_force", "until", "tlp"),
        ("AG1", "Arrangement", "memorandum", "Jamaica; Barbados", "2014-05-05", "2014-07-01", "2019-06-30",
         "TLP:GREEN"),
    ],
    "network/operations.csv": [
        ("id", "title", "participants", "start", "end", "outcomes", "activity", "tlp"),
        ("OP1", "Exercise", "Jamaica; Barbados", "2017-05-08", "2017-05-12", "3 requests answered", "", "TLP:GREEN"),
    ],
    "reviews/states.csv": [
        ("country", "round", "state", "by", "date", "deadline", "successor", "note"),
        ("Jamaica", "baseline", "sent", "programme team", "2016-05-02", "2016-06-03", "", ""),
        ("Jamaica", "baseline", "agreed", "police", "2016-05-20", "", "", ""),
    ],
    "reviews/proposals.csv": [
        ("country", "round", "target", "computed", "proposed", "comment", "evidence", "by", "date", "decision",
         "decided_by", "decided_on", "reason", "file"),
        ("Jamaica", "baseline", "TEC-2", "L2", "L3", "A new agreement.", "agreement", "police", "2016-05-10",
         "accepted", "programme team", "2016-05-24", "the agreement was read", ""),
    ],
    "meetings/needs.csv": [
        ("meeting", "action", "need", "kind", "urgency", "relevance", "countries", "criteria", "statement"),
        ("opening", "add", "kits", "equipment", "2", "2", "Jamaica; Barbados", "TEC-1.2b", "Kits for first responders"),
    ],
}  # fmt: skip


def level(country, place):
    """Level of a country in the indicator of a place; Honduras is below every target."""
    return {"Jamaica": 2 + place % 2, "Barbados": 3 - place % 2, "Honduras": 2}[country]


def answer(country, criterion):
    """Answer of a country: yes up to its level, no above it."""
    place = FRAMEWORK.indicators.index(FRAMEWORK.owner(criterion.id))
    return "yes" if criterion.step <= level(country, place) else "no"


def is_of(criterion, kind):
    """True if a kind of respondent answers to a criterion."""
    return criterion.id.startswith("COO") is (kind == "prosecution")


def text_of(rows):
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def return_file(country, kind, day):
    asked = [c for c in FRAMEWORK.criteria.values() if is_of(c, kind)]
    head = ("respondent", "country", "date", *(c.id for c in asked))
    cells = (f"{CODES[country]}-{kind}-1", country, day, *(answer(country, c) for c in asked))
    return text_of([head, cells])


def visit_file(day):
    head = ("criterion", "answer", "basis", "confidence", "as_of", "sample", "evidence_kind", "evidence_title",
            "evidence_marking", "marking")  # fmt: skip
    rows = [
        (c.id, answer("Jamaica", c), "seen", 2, day, c.sample or "", "document", f"Paper on {c.id}", "Open", "Open")
        for c in SEEN
    ]
    return text_of([head, *rows])


def shared_file(day):
    """A findings table of a meeting or desk review."""
    head = ("country", "criterion", "answer", "basis", "as_of", "evidence_kind", "evidence_title")
    rows = [(c, "OPS-5.2a", "yes", "copy", day, "document", "Yearbook") for c in COUNTRIES]
    return text_of([head, *rows])


def clean_programme(folder):
    """Write the programme to a folder."""
    files = {
        "programme.toml": PROGRAMME, "visits/visits.toml": VISITS, "meetings/meetings.toml": MEETINGS,
        "desk/desk.toml": DESK, "results.toml": RESULTS, "visits/jamaica.csv": visit_file("2016-02-17"),
        "visits/jamaica-2017.csv": visit_file("2017-11-15"), "meetings/opening.csv": shared_file("2016-02-02"),
        "desk/laws.csv": shared_file("2016-02-23"),
        **{name: text_of(rows) for name, rows in TABLES.items()},
    }  # fmt: skip
    for country in COUNTRIES:
        for kind in ("police", "prosecution"):
            files[f"returns/{CODES[country]}-{kind}.csv"] = return_file(country, kind, "2016-01-25")
            files[f"returns/endline/{CODES[country]}-{kind}.csv"] = return_file(country, kind, "2017-10-23")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder
