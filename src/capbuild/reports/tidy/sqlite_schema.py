"""Schema of the SQLite file.

Tables have singular names and each fact once; views have plural names and are for people.
"""

#: Tables in the order of loading: referenced tables come first. Keys name the columns they refer to,
#: since tools that serve a database do not look them up.
TABLES = """
CREATE TABLE about (fact TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE country (
  country TEXT PRIMARY KEY, alpha_3 TEXT NOT NULL, name TEXT NOT NULL, answered INTEGER NOT NULL,
  state TEXT NOT NULL, visited INTEGER, last_visit TEXT, indicators INTEGER, verified INTEGER, reported INTEGER,
  criteria INTEGER, settled INTEGER, conflicts INTEGER);
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
  verified INTEGER NOT NULL, reported INTEGER NOT NULL,
  lowest INTEGER, highest INTEGER, level INTEGER, claimed INTEGER, value REAL, lower REAL, upper REAL, target REAL,
  target_met INTEGER, counted_as_zero TEXT NOT NULL, answered INTEGER NOT NULL, settled INTEGER NOT NULL,
  checked INTEGER NOT NULL, applicable INTEGER NOT NULL,
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
  status TEXT NOT NULL, basis TEXT NOT NULL, as_of TEXT, route TEXT, reason TEXT, sample INTEGER,
  lower REAL, upper REAL, note TEXT, note_language TEXT, written TEXT, origin TEXT, counts INTEGER NOT NULL,
  FOREIGN KEY (country, target) REFERENCES result (country, target),
  FOREIGN KEY (country, source) REFERENCES source (country, source));
CREATE TABLE finding_evidence (
  finding INTEGER NOT NULL REFERENCES finding (finding), country TEXT NOT NULL, evidence TEXT NOT NULL,
  PRIMARY KEY (finding, evidence),
  FOREIGN KEY (country, evidence) REFERENCES evidence_item (country, evidence)) WITHOUT ROWID;
CREATE TABLE need (
  need TEXT PRIMARY KEY, kind TEXT NOT NULL, statement TEXT, urgency INTEGER NOT NULL, relevance INTEGER NOT NULL,
  others INTEGER, roles TEXT NOT NULL);
CREATE TABLE need_country (
  need TEXT NOT NULL REFERENCES need (need), country TEXT NOT NULL, PRIMARY KEY (need, country)) WITHOUT ROWID;
CREATE TABLE need_criterion (
  need TEXT NOT NULL REFERENCES need (need), criterion TEXT NOT NULL, PRIMARY KEY (need, criterion)) WITHOUT ROWID;
CREATE TABLE gap (
  country TEXT NOT NULL, capacity TEXT NOT NULL, level INTEGER, value REAL, lowest REAL, highest REAL,
  target REAL NOT NULL, size REAL NOT NULL, probability REAL, PRIMARY KEY (country, capacity));
CREATE TABLE activity (
  activity TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, mode TEXT NOT NULL, days REAL NOT NULL,
  seats INTEGER NOT NULL, objective TEXT NOT NULL, syllabus TEXT NOT NULL, assessment TEXT NOT NULL,
  providers TEXT NOT NULL, seat_at_home REAL, seat_abroad REAL, currency TEXT);
CREATE TABLE activity_competence (
  activity TEXT NOT NULL REFERENCES activity (activity), competence TEXT NOT NULL, level INTEGER NOT NULL,
  PRIMARY KEY (activity, competence)) WITHOUT ROWID;
CREATE TABLE prerequisite (
  activity TEXT NOT NULL REFERENCES activity (activity), other_activity TEXT NOT NULL,
  PRIMARY KEY (activity, other_activity)) WITHOUT ROWID;
CREATE TABLE session (
  session TEXT PRIMARY KEY, activity TEXT NOT NULL, title TEXT, kind TEXT, start TEXT NOT NULL,
  "end" TEXT NOT NULL, host TEXT, place TEXT, language TEXT, others INTEGER, seats INTEGER, cost REAL,
  currency TEXT);
CREATE TABLE seat (
  session TEXT NOT NULL REFERENCES session (session), country TEXT NOT NULL, seats INTEGER NOT NULL,
  PRIMARY KEY (session, country)) WITHOUT ROWID;
CREATE TABLE session_need (
  session TEXT NOT NULL REFERENCES session (session), need TEXT NOT NULL, PRIMARY KEY (session, need)) WITHOUT ROWID;
CREATE TABLE change (
  country TEXT NOT NULL, before_round TEXT NOT NULL, after_round TEXT NOT NULL, capacity TEXT NOT NULL,
  criterion TEXT NOT NULL, move TEXT, probability REAL, counts INTEGER NOT NULL, source TEXT, respondents TEXT,
  method TEXT, framework TEXT, scope TEXT, before TEXT NOT NULL, after TEXT NOT NULL,
  PRIMARY KEY (before_round, after_round, country, criterion)) WITHOUT ROWID;
CREATE TABLE capacity_change (
  country TEXT NOT NULL, before_round TEXT NOT NULL, after_round TEXT NOT NULL, capacity TEXT NOT NULL,
  before_lowest INTEGER, before_highest INTEGER, after_lowest INTEGER, after_highest INTEGER, difference REAL,
  lower REAL, upper REAL, like_for_like INTEGER NOT NULL, within_noise INTEGER, probability REAL,
  counts INTEGER NOT NULL, source INTEGER NOT NULL, respondents INTEGER NOT NULL, method INTEGER NOT NULL,
  framework INTEGER NOT NULL, scope INTEGER NOT NULL,
  PRIMARY KEY (before_round, after_round, country, capacity)) WITHOUT ROWID;
CREATE TABLE change_count (
  country TEXT NOT NULL, before_round TEXT NOT NULL, after_round TEXT NOT NULL, gained INTEGER NOT NULL,
  lost INTEGER NOT NULL, uncertain INTEGER NOT NULL, source INTEGER NOT NULL, respondents INTEGER NOT NULL,
  method INTEGER NOT NULL, framework INTEGER NOT NULL, newly_observed INTEGER NOT NULL,
  no_longer_observed INTEGER NOT NULL, risen INTEGER NOT NULL, fallen INTEGER NOT NULL, other_levels INTEGER NOT NULL,
  PRIMARY KEY (before_round, after_round, country)) WITHOUT ROWID;
CREATE INDEX finding_of_result ON finding (country, target);
CREATE INDEX finding_of_source ON finding (country, source);
"""

#: Every view has the notice, as every page does: a copied row is still marked as invented.
_NOTICE = "(SELECT value FROM about WHERE fact = 'notice') AS notice"
VIEWS = """
CREATE VIEW countries AS SELECT *, NOTICE FROM country;
CREATE VIEW capacities AS
  SELECT capacity.*, above.title AS parent_title, NOTICE
  FROM capacity LEFT JOIN capacity AS above ON above.capacity = capacity.parent ORDER BY capacity.place;
CREATE VIEW scores AS
  SELECT score.country, country.name, score.capacity, capacity.kind, capacity.title, score.verified,
    score.reported, score.lowest, score.highest, score.level, level.label AS level_label, score.claimed,
    score.value, score.lower, score.upper, score.target, score.target_met, score.counted_as_zero, score.answered,
    score.settled, score.checked, score.applicable, NOTICE
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
CREATE VIEW needs AS
  SELECT need.*, need_country.country, country.name, NOTICE
  FROM need LEFT JOIN need_country USING (need) LEFT JOIN country ON country.country = need_country.country;
CREATE VIEW activities AS
  SELECT activity.*,
    (SELECT group_concat(competence || '=' || level, ' ') FROM activity_competence AS one
      WHERE one.activity = activity.activity) AS competences,
    (SELECT group_concat(other_activity, ' ') FROM prerequisite AS one WHERE one.activity = activity.activity)
      AS prerequisites,
    NOTICE
  FROM activity;
CREATE VIEW sessions AS
  SELECT session.*, (SELECT group_concat(country, ' ') FROM seat WHERE seat.session = session.session) AS countries,
    (SELECT group_concat(need, ' ') FROM session_need WHERE session_need.session = session.session) AS addresses,
    NOTICE
  FROM session ORDER BY session.start, session.session;
CREATE VIEW seats AS
  SELECT seat.session, session.title, session.start, session."end", seat.country, country.name, seat.seats, NOTICE
  FROM seat JOIN session USING (session) LEFT JOIN country ON country.country = seat.country;
CREATE VIEW changes AS
  SELECT change.*, country.name, criterion.text, NOTICE
  FROM change LEFT JOIN country USING (country) LEFT JOIN criterion USING (criterion);
CREATE VIEW capacity_changes AS
  SELECT capacity_change.*, country.name, NOTICE
  FROM capacity_change LEFT JOIN country USING (country);
CREATE VIEW change_counts AS
  SELECT change_count.*, country.name, NOTICE FROM change_count LEFT JOIN country USING (country);
""".replace("NOTICE", _NOTICE)
