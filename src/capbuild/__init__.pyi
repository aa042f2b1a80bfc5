"""Names of `capbuild`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild._progress_bars import progress_bar
from capbuild._version import __version__
from capbuild.advice import advise
from capbuild.countries import find_countries, match_countries, members
from capbuild.documents import dump, dumps, load, loads
from capbuild.errors import (
    CapbuildError,
    ComparisonError,
    CountryError,
    DocumentError,
    IssuesError,
    ModelError,
    OptionError,
    PlanError,
    ReadError,
    UnknownFormat,
    WorkspaceError,
    WriteError,
)
from capbuild.frames import draft_question_crosswalk, harmonise, read_findings
from capbuild.io import convert, country, iter_read, read, read_all, render, sniff, write
from capbuild.io.scanning import scan
from capbuild.model import (
    Answer,
    Assessment,
    AssessmentSet,
    Capacity,
    Country,
    Criterion,
    Finding,
    Framework,
    Issue,
    Limits,
    Missing,
    Money,
    Programme,
    Questionnaire,
    Recipe,
    Response,
    Score,
    Survey,
)
from capbuild.origin import Origin
from capbuild.planning import cost, gaps, needs, plan, replan
from capbuild.plugins import Host, hookimpl
from capbuild.scoring import assess, assess_quality, draft_mapping
from capbuild.stats.evidence import fuse
from capbuild.text import Text
from capbuild.tracking import compare, draft_crosswalk
from capbuild.workspace import new_programme, open_workspace, read_cost_worksheet, read_framework, run

__all__ = [
    "Answer",
    "Assessment",
    "AssessmentSet",
    "Capacity",
    "CapbuildError",
    "ComparisonError",
    "Country",
    "CountryError",
    "Criterion",
    "DocumentError",
    "Finding",
    "Framework",
    "Host",
    "Issue",
    "IssuesError",
    "Limits",
    "Missing",
    "ModelError",
    "Money",
    "OptionError",
    "Origin",
    "PlanError",
    "Programme",
    "Questionnaire",
    "ReadError",
    "Recipe",
    "Response",
    "Score",
    "Survey",
    "Text",
    "UnknownFormat",
    "WorkspaceError",
    "WriteError",
    "__version__",
    "advise",
    "assess",
    "assess_quality",
    "compare",
    "convert",
    "cost",
    "country",
    "draft_crosswalk",
    "draft_mapping",
    "draft_question_crosswalk",
    "dump",
    "dumps",
    "find_countries",
    "fuse",
    "gaps",
    "harmonise",
    "hookimpl",
    "iter_read",
    "load",
    "loads",
    "match_countries",
    "members",
    "needs",
    "new_programme",
    "open_workspace",
    "plan",
    "progress_bar",
    "read",
    "read_all",
    "read_cost_worksheet",
    "read_findings",
    "read_framework",
    "render",
    "replan",
    "run",
    "scan",
    "sniff",
    "write",
]
