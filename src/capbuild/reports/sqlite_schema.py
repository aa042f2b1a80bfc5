"""The schema of the SQLite file: tables in the singular, each fact once; views in the plural, for people."""

__all__ = ["TABLES", "VIEWS"]

#: Tables in the order in which they are filled: what is referred to comes first. Keys name the columns they refer to,
#: since tools that serve a database do not look them up.
TABLES = """
CREATE TABLE about (fact TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE country (
  country TEXT PRIMARY KEY, alpha_3 TEXT NOT NULL, name TEXT NOT NULL, answered INTEGER NOT NULL,
  state TEXT NOT NULL, visited INTEGER, indicators INTEGER, verified INTEGER, reported INTEGER, criteria INTEGER,
  settled INTEGER, conflicts INTEGER);
