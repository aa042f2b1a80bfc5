"""Preparation of a run before its clock starts.

All plugins are loaded, and what the first reading of a file imports, as the peer's modules are loaded too.
"""

from capbuild.io.scanning import scan
from capbuild.plugins import default_host

READERS = default_host().readers
TABLE = scan(b"country,respondent,Q1,Q2\nCuba,R1,yes,1.5\nHaiti,R2,,2.25\nCuba,R3,no,3.5\n", name="warm.csv")
