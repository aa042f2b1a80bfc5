"""The tidy tables as one SQLite file: foreign keys between them, views for people who write SQL.

Tables have names in the singular and hold each fact once; views have names in the plural and join what one reads
together. The rows are those of the tidy CSV set, so disclosure is the same by construction.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from capbuild.model import Assessment, AssessmentSet, Capacity, Framework
from capbuild.plugins import NoOptions, RenderContext
from capbuild.reports import tidy
from capbuild.reports.disclosure import Disclosure, disclose, disclose_one
from capbuild.reports.wording import wording

__all__ = ["sqlite_file"]

_Row = Mapping[str, tidy.Cell]

#: Tables in the order in which they are filled: what is referred to comes first. Keys name the columns they refer to,
#: since tools that serve a database do not look them up.
_TABLES = """
CREATE TABLE about (fact TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE country (
  country TEXT PRIMARY KEY, alpha_3 TEXT NOT NULL, name TEXT NOT NULL, answered INTEGER NOT NULL, visited INTEGER,
  indicators INTEGER, verified INTEGER, criteria INTEGER, settled INTEGER, conflicts INTEGER);
CREATE TABLE level (
  scale TEXT NOT NULL, level INTEGER NOT NULL, code TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (scale, level));
CREATE TABLE capacity (
  capacity TEXT PRIMARY KEY, parent TEXT REFERENCES capacity (capacity), place INTEGER NOT NULL UNIQUE,
  kind TEXT NOT NULL, title TEXT NOT NULL, scale TEXT NOT NULL);
CREATE TABLE criterion (
  criterion TEXT PRIMARY KEY, capacity TEXT NOT NULL REFERENCES capacity (capacity), step INTEGER NOT NULL,
  checked_by TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE score (
  country TEXT NOT NULL REFERENCES country (country), capacity TEXT NOT NULL REFERENCES capacity (capacity),
  verified INTEGER NOT NULL,
  lowest INTEGER, highest INTEGER, level INTEGER, claimed INTEGER, value REAL, lower REAL, upper REAL, target REAL,
  target_met INTEGER, answered INTEGER NOT NULL, settled INTEGER NOT NULL, applicable INTEGER NOT NULL,
  PRIMARY KEY (country, capacity));
CREATE TABLE result (
  country TEXT NOT NULL, target TEXT NOT NULL, capacity TEXT NOT NULL, criterion TEXT REFERENCES criterion (criterion),
  state TEXT NOT NULL, answer, conflict INTEGER NOT NULL, PRIMARY KEY (country, target),
  FOREIGN KEY (country, capacity) REFERENCES score (country, capacity));
CREATE TABLE lacking (
  country TEXT NOT NULL, capacity TEXT NOT NULL, criterion TEXT NOT NULL REFERENCES criterion (criterion),
  why TEXT NOT NULL,
  PRIMARY KEY (country, criterion), FOREIGN KEY (country, capacity) REFERENCES score (country, capacity));
CREATE TABLE source (
  country TEXT NOT NULL REFERENCES country (country), source TEXT NOT NULL, kind TEXT, title TEXT, respondent TEXT,
  start TEXT, "end" TEXT, place TEXT, mode TEXT, language TEXT, late INTEGER, PRIMARY KEY (country, source));
CREATE TABLE evidence_item (
  country TEXT NOT NULL REFERENCES country (country), evidence TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
  link TEXT NOT NULL, date TEXT, tlp TEXT NOT NULL, reliability INTEGER, quote TEXT, quote_language TEXT,
  PRIMARY KEY (country, evidence));
CREATE TABLE finding (
  finding INTEGER PRIMARY KEY, country TEXT NOT NULL, target TEXT NOT NULL, source TEXT NOT NULL, answer,
  status TEXT NOT NULL, basis TEXT NOT NULL, as_of TEXT, route TEXT, reason TEXT, note TEXT, note_language TEXT,
  written TEXT, origin TEXT, counts INTEGER NOT NULL,
  FOREIGN KEY (country, target) REFERENCES result (country, target),
  FOREIGN KEY (country, source) REFERENCES source (country, source));
CREATE TABLE finding_evidence (
  finding INTEGER NOT NULL REFERENCES finding (finding), country TEXT NOT NULL, evidence TEXT NOT NULL,
  PRIMARY KEY (finding, evidence),
  FOREIGN KEY (country, evidence) REFERENCES evidence_item (country, evidence)) WITHOUT ROWID;
CREATE INDEX finding_of_result ON finding (country, target);
CREATE INDEX finding_of_source ON finding (country, source);
"""

#: Every view carries the notice, as every page does: a row that is copied out still says that it is invented.
_NOTICE = "(SELECT value FROM about WHERE fact = 'notice') AS notice"
_VIEWS = """
CREATE VIEW countries AS SELECT *, NOTICE FROM country;
CREATE VIEW capacities AS
  SELECT capacity.*, above.title AS parent_title, NOTICE
  FROM capacity LEFT JOIN capacity AS above ON above.capacity = capacity.parent ORDER BY capacity.place;
CREATE VIEW scores AS
  SELECT score.country, country.name, score.capacity, capacity.kind, capacity.title, score.verified, score.lowest,
    score.highest, score.level, level.label AS level_label, score.claimed, score.value, score.lower, score.upper,
    score.target, score.target_met, score.answered, score.settled, score.applicable, NOTICE
  FROM score JOIN country USING (country) JOIN capacity USING (capacity)
    LEFT JOIN level ON level.scale = capacity.scale AND level.level = score.level;
CREATE VIEW criteria AS
  SELECT result.country, country.name, result.capacity, result.target, result.criterion, criterion.step,
    criterion.checked_by, coalesce(criterion.text, capacity.title) AS text, result.state, result.answer,
    result.conflict, lacking.why AS lacking, NOTICE
  FROM result JOIN country USING (country) JOIN capacity ON capacity.capacity = result.capacity
    LEFT JOIN criterion ON criterion.criterion = result.criterion
    LEFT JOIN lacking ON lacking.country = result.country AND lacking.criterion = result.criterion;
CREATE VIEW gaps AS
  SELECT lacking.country, country.name, lacking.capacity, capacity.title, score.lowest, score.highest, score.target,
    lacking.criterion, criterion.step, criterion.text, lacking.why, NOTICE
  FROM lacking JOIN country USING (country) JOIN score USING (country, capacity)
    JOIN capacity ON capacity.capacity = lacking.capacity JOIN criterion ON criterion.criterion = lacking.criterion;
CREATE VIEW findings AS
  SELECT finding.*, country.name, result.capacity, source.kind AS source_kind, source.title AS source_title,
    source.respondent, NOTICE
  FROM finding JOIN country USING (country) JOIN result USING (country, target)
    JOIN source ON source.country = finding.country AND source.source = finding.source;
CREATE VIEW sources AS
  SELECT source.*, country.name, count(finding.finding) AS findings, NOTICE
  FROM source JOIN country USING (country)
    LEFT JOIN finding ON finding.country = source.country AND finding.source = source.source
  GROUP BY source.country, source.source;
CREATE VIEW evidence AS
  SELECT evidence_item.*, country.name, finding_evidence.finding, finding.target, NOTICE
  FROM evidence_item JOIN country USING (country)
    LEFT JOIN finding_evidence ON finding_evidence.country = evidence_item.country
      AND finding_evidence.evidence = evidence_item.evidence
    LEFT JOIN finding ON finding.finding = finding_evidence.finding;
""".replace("NOTICE", _NOTICE)


def sqlite_file(
    subject: AssessmentSet | Assessment, context: RenderContext, _options: NoOptions | None = None
) -> Iterator[bytes]:
    """Yield one SQLite database with what the audience may see; the same bytes each time.

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    if isinstance(subject, AssessmentSet):
        shown = disclose(subject, context.audience, context.programme)
    else:
        shown = disclose_one(subject, context.audience, context.programme)
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript(f"PRAGMA page_size = 4096; PRAGMA foreign_keys = ON; {_TABLES}{_VIEWS}")
        database.execute("BEGIN")
        for table, rows in _content(subject, shown, context):
            _insert(database, table, rows)
        database.execute("COMMIT")
        # Packs the pages anew, so that the bytes depend on the content alone.
        database.execute("VACUUM")
        yield database.serialize()
    finally:
        database.close()


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[_Row]) -> None:
    """Fill a table; cells whose name is not a column of the table are passed over."""
    columns = [name for _, name, *_ in database.execute(f'PRAGMA table_info("{table}")')]
    heads = ", ".join(f'"{name}"' for name in columns)
    places = ", ".join(f":{name}" for name in columns)
    statement = f"INSERT INTO {table} ({heads}) VALUES ({places})"  # noqa: S608 - names are those of the schema above
    database.executemany(statement, ({name: _cell(row[name]) for name in columns} for row in rows))


def _cell(value: tidy.Cell) -> tidy.Cell:
    """SQL functions stop at a zero byte, and half a surrogate pair has no bytes at all."""
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _content(
    subject: AssessmentSet | Assessment, shown: Disclosure, context: RenderContext
) -> Iterator[tuple[str, Iterable[_Row]]]:
    say = wording(context.language)
    invented = subject.invented or bool(getattr(context.programme, "invented", False))
    language, notice = say.language, say("invented") if invented else ""
    yield "about", _about(subject, shown, context, notice)
    yield "country", _named(tidy._COUNTRIES, tidy._countries(shown, notice))
    yield "level", _levels(subject.framework, language)
    yield "capacity", _capacities(subject.framework, language)
    yield "criterion", _criteria(subject.framework, language)
    yield "score", _named(tidy._SCORES, tidy._scores(shown.named, language, notice))
    yield "result", _results(shown, language)
    yield "lacking", _lacking(shown)
    if shown.sources:
        yield "source", _sources(shown.named, language)
        yield "evidence_item", _evidence(shown, language)
        yield "finding", _findings(shown.named, notice)
        yield "finding_evidence", _links(shown)


def _named(heads: Iterable[str], rows: Iterable[Iterable[tidy.Cell]]) -> Iterator[_Row]:
    names = tuple(heads)
    for row in rows:
        yield dict(zip(names, row, strict=True))


def _about(
    subject: AssessmentSet | Assessment, shown: Disclosure, context: RenderContext, notice: str
) -> Iterator[_Row]:
    language = context.language
    title = getattr(context.programme, "title", None)
    facts = {
        "programme": title.get(language) if title is not None else "",
        "framework": subject.framework.key,
        "framework_title": subject.framework.title.get(language),
        "round": subject.round.id,
        "round_title": subject.round.title.get(language),
        "reference_date": subject.round.reference_date.isoformat(),
        "language": language,
        "audience": shown.audience.value,
        "label": shown.tlp.value if shown.tlp is not None else "",
        "countries_named": str(len(shown.named)),
        "countries_not_named": str(len(shown.unnamed)),
        "countries_silent": str(shown.silent_count),
        "notice": notice,
    }
    return ({"fact": fact, "value": value} for fact, value in facts.items())


def _levels(framework: Framework, language: str) -> Iterator[_Row]:
    for scale in framework.scales:
        for level in scale.levels:
            yield {"scale": scale.id, "level": level.order, "code": level.code, "label": level.label.get(language)}


def _capacities(framework: Framework, language: str) -> Iterator[_Row]:
    parents = {child.id: node.id for node in framework.walk() for child in node.children}
    for place, node in enumerate(framework.walk(), start=1):
        yield {
            "capacity": node.id,
            "parent": parents.get(node.id),
            "place": place,
            "kind": node.kind,
            "title": node.title.get(language),
            "scale": framework.scale_of(node).id,
        }


def _criteria(framework: Framework, language: str) -> Iterator[_Row]:
    for node in framework.indicators:
        yield from (_criterion(node, place, language) for place in range(len(node.criteria)))


def _criterion(node: Capacity, place: int, language: str) -> _Row:
    criterion = node.criteria[place]
    return {
        "criterion": criterion.id,
        "capacity": node.id,
        "step": criterion.step,
        "checked_by": criterion.check.value,
        "text": criterion.text.get(language),
    }


def _results(shown: Disclosure, language: str) -> Iterator[_Row]:
    """The CSV names criterion or capacity in one column; here each is a foreign key of its own."""
    for row in _named(tidy._CRITERIA, tidy._criteria(shown, language, "")):
        target = row["criterion"]
        yield {**row, "target": target, "criterion": None if row["step"] is None else target}


def _lacking(shown: Disclosure) -> Iterator[_Row]:
    for assessment in shown.named:
        criteria = assessment.framework.criteria
        for score in assessment.indicators:
            for why, names in (("lacking", score.lacking), ("open", score.open)):
                for name in names:
                    if name in criteria and shown.may_show_criterion(criteria[name]):
                        yield {
                            "country": assessment.country.alpha_2,
                            "capacity": score.capacity.id,
                            "criterion": name,
                            "why": why,
                        }


def _sources(assessments: Iterable[Assessment], language: str) -> Iterator[_Row]:
    """Sources on record, and those that findings name and nobody described."""
    for assessment in assessments:
        names = [*assessment.source_by_id, *(finding.source for finding in assessment.findings)]
        for name in dict.fromkeys(names):
            source = assessment.source_by_id.get(name)
            yield {
                "country": assessment.country.alpha_2,
                "source": name,
                "kind": source.kind.value if source else None,
                "title": source.title.get(language) if source else None,
                "respondent": source.respondent if source else None,
                "start": source.start.isoformat() if source and source.start else None,
                "end": source.end.isoformat() if source and source.end else None,
                "place": source.place if source else None,
                "mode": source.mode if source else None,
                "language": source.language if source else None,
                "late": source.late if source else None,
            }


def _evidence(shown: Disclosure, language: str) -> Iterator[_Row]:
    for assessment in shown.named:
        for item in assessment.evidence:
            if shown.may_show(item.tlp):
                yield {
                    "country": assessment.country.alpha_2,
                    "evidence": item.id,
                    "kind": item.kind.value,
                    "title": item.title.get(language),
                    "link": item.link,
                    "date": item.date.isoformat() if item.date else None,
                    "tlp": item.tlp.value,
                    "reliability": item.reliability,
                    "quote": item.quote.source if item.quote else None,
                    "quote_language": item.quote.language if item.quote else None,
                }


def _findings(assessments: Iterable[Assessment], notice: str) -> Iterator[_Row]:
    for number, row in enumerate(_named(tidy._FINDINGS, tidy._findings(assessments, notice)), start=1):
        filled = {name: None if cell == "" else cell for name, cell in row.items()}
        yield {**filled, "finding": number, "target": row["criterion"]}


def _links(shown: Disclosure) -> Iterator[_Row]:
    """Which finding rests on which evidence; findings are numbered in the order of the CSV set."""
    number = 0
    for assessment in shown.named:
        known = {item.id for item in assessment.evidence if shown.may_show(item.tlp)}
        for finding in assessment.findings:
            number += 1
            for name in dict.fromkeys(finding.evidence):
                if name in known:
                    yield {"finding": number, "country": assessment.country.alpha_2, "evidence": name}
