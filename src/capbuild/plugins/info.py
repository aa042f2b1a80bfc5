"""Information about plugins, and a list of known plugins."""

from collections.abc import Iterable
from enum import StrEnum

from attrs import evolve, frozen

from capbuild.errors import PluginError

#: Source of a built-in plugin, instead of a distribution.
BUILT_IN_SOURCE = "built in"

#: Built-in plugins, imported by name to avoid upward imports.
BUILT_IN = (
    ("capbuild-csv", "capbuild.formats.csv_files.table"),
    ("capbuild-json", "capbuild.formats.json_files.native_json"),
    ("capbuild-json-lines", "capbuild.formats.json_files.json_lines"),
    ("capbuild-parquet", "capbuild.formats.parquet_table"),
    ("capbuild-countries", "capbuild.plugins.bundled_codes"),
    ("capbuild-frameworks", "capbuild.frameworks.registration"),
    ("capbuild-reports", "capbuild.reports.writers"),
)

#: Suffixes of formats whose plugin may not be installed, with the extra that provides it.
KNOWN_PLUGINS = {
    ".xlsx": "sheets",
    ".xlsm": "sheets",
    ".xls": "sheets",
    ".ods": "sheets",
    ".lss": "limesurvey",
    ".lsa": "limesurvey",
    ".lsg": "limesurvey",
    ".lsq": "limesurvey",
    ".lsr": "limesurvey",
    ".vv": "limesurvey",
    ".qsf": "qualtrics",
    ".dcf": "cspro",
    ".csdb": "cspro",
    ".sav": "spss",
    ".zsav": "spss",
    ".por": "spss",
    ".dta": "spss",
    ".sas7bdat": "spss",
    ".xpt": "spss",
    ".html": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "slides",
}
#: Extra that reads files of each suffix; other plugins only write them.
READING_PLUGINS = {
    **{suffix: extra for suffix, extra in KNOWN_PLUGINS.items() if extra not in ("docx", "html", "pdf", "slides")},
    **dict.fromkeys((".docx", ".docm", ".pdf"), "documents"),
}


class PluginStatus(StrEnum):
    """Status of a plugin."""

    ACTIVE = "active"
    #: It raised or returned a wrong value, and is disabled there.
    FAILING = "failing"
    #: A registered name clashes with another plugin.
    CONFLICT = "conflict"
    BLOCKED = "blocked"
    BROKEN = "broken"
    TOO_NEW = "too new"


def failure_reason(error: PluginError) -> str:
    """Return the description of a failure without the plugin's name."""
    return error.message.removeprefix(f"plugin {error.plugin!r} ({error.distribution}) ")


@frozen
class PluginInfo:
    """Information about a plugin.

    Attributes:
        name: Name of its entry point.
        source: Distribution and version, `built in` or `given`.
        status: Its status.
        reason: Reason, if it does not work.
        hooks: Hooks it implements.
    """

    name: str
    source: str
    status: PluginStatus
    reason: str = ""
    hooks: tuple[str, ...] = ()

    def with_failures(self, failures: Iterable[PluginError]) -> "PluginInfo":
        """Return it with its status updated by failures.

        Args:
            failures: Failures of all plugins.
        """
        mine = (self.name, self.source)
        own = [one for one in failures if (one.plugin, one.distribution) == mine or self.name in one.also]
        own = [one for one in own if one.code != "CB513"]
        if self.status is not PluginStatus.ACTIVE or not own:
            return self
        clashes = all(one.code in ("CB502", "CB514") for one in own)
        status = PluginStatus.CONFLICT if clashes else PluginStatus.FAILING
        return evolve(self, status=status, reason="; ".join(map(failure_reason, own)))

    @property
    def remedy(self) -> str:
        """Remedy for its status; empty if none."""
        if self.status is PluginStatus.BROKEN:
            return f"upgrade {self.source.split()[0]}, or set CAPBUILD_BLOCK={self.name} to work without it"
        if self.status is PluginStatus.FAILING:
            return f"set CAPBUILD_BLOCK={self.name} to work without it, and report this to its authors"
        if self.status is PluginStatus.CONFLICT:
            return f"set CAPBUILD_BLOCK={self.name}, or CAPBUILD_PREFER={self.name} if it is to be used"
        if self.status is PluginStatus.TOO_NEW:
            return "pip install --upgrade capbuild"
        if self.status is PluginStatus.BLOCKED:
            return "take it out of CAPBUILD_BLOCK, or name it in CAPBUILD_PLUGINS, to use it"
        return ""
