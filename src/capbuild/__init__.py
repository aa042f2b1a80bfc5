"""capbuild: national capacity-building programmes as typed data.

Countries, capacities and assessments as frozen classes; survey files of any format read without silent loss;
scores with their uncertainty and their sources; reports for ministries and donors.

Names are imported when first used: `import capbuild` itself loads nothing but this module.
"""

from capbuild._lazy import lazy_exports, provide

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

_NAMES = {
    "_progress_bars": "progress_bar",
    "_version": "__version__",
    "advice": "advise",
    "countries": "find_countries match_countries members",
    "documents": "dump dumps load loads",
    "errors": (
        "CapbuildError ComparisonError CountryError DocumentError IssuesError ModelError OptionError "
        "PlanError ReadError UnknownFormat WorkspaceError WriteError"
    ),
    "frames": "draft_question_crosswalk harmonise read_findings",
    "io": "convert country iter_read read read_all render sniff write",
    "io.scanning": "scan",
    "model": (
        "Answer Assessment AssessmentSet Capacity Country Criterion Finding Framework Issue Limits Missing "
        "Money Programme Questionnaire Recipe Response Score Survey"
    ),
    "origin": "Origin",
    "planning": "cost gaps needs plan replan",
    "plugins": "Host hookimpl",
    "scoring": "assess assess_quality draft_mapping",
    "stats.evidence": "fuse",
    "text": "Text",
    "tracking": "compare draft_crosswalk",
    "workspace": "new_programme open_workspace read_cost_worksheet read_framework run",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)

# Methods of the model that are implemented in higher layers: `score.explain()`, `to_polars()`, a notebook's display.
provide(
    {
        "advice_sentences": "capbuild.reports.advice_text:write_sentences",
        "arrow_stream": "capbuild.frames.tidy:arrow_stream",
        "chart": "capbuild.charts.drawing:draw",
        "codebook_frame": "capbuild.frames.codebook:codebook_frame",
        "country_by_code": "capbuild.countries:country_by_code",
        "display": "capbuild.notebook:display",
        "explain": "capbuild.reports.explanation:explain",
        "find_country": "capbuild.io:country",
        "frame_reader": "capbuild.frames.rows:frame_reader",
        "layout_view": "capbuild.notebook.layout:draw_layout",
        "list_repeats": "capbuild.frames.wide:list_repeats",
        "mimebundle": "capbuild.notebook:mimebundle",
        "open_workspace": "capbuild.workspace.workspace:open_workspace",
        "plain_text": "capbuild.notebook:plain_text",
        "plot_question": "capbuild.charts.tally_chart:question_bars",
        "plot_tally": "capbuild.charts.tally_chart:tally_bars",
        "tally_survey": "capbuild.tables.tallying:tally_survey",
        "to_pandas": "capbuild.frames:to_pandas",
        "to_polars": "capbuild.frames:to_polars",
        "why_missing_frame": "capbuild.frames.wide:why_missing_frame",
        "wide_frame": "capbuild.frames.wide:wide_frame",
        "write_codebook": "capbuild.frames.codebook:write_codebook",
    }
)
