"""Information about plugins, and the plugins known to exist."""

from enum import StrEnum

from attrs import frozen

__all__ = ["BUILT_IN", "KNOWN_PLUGINS", "READING_PLUGINS", "PluginInfo", "PluginStatus"]

#: Built-in plugins, imported by name so that no import goes up.
BUILT_IN = (
    ("capbuild-csv", "capbuild.formats.csv_table"),
    ("capbuild-json", "capbuild.formats.native_json"),
    ("capbuild-json-lines", "capbuild.formats.json_lines"),
    ("capbuild-parquet", "capbuild.formats.parquet_table"),
    ("capbuild-countries", "capbuild.plugins.bundled_codes"),
    ("capbuild-frameworks", "capbuild.frameworks"),
    ("capbuild-reports", "capbuild.reports.writers"),
)

#: Suffixes of formats whose plugin may not be installed, and the extra that brings it.
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
    ".sav": "spss",
    ".zsav": "spss",
    ".por": "spss",
    ".dta": "spss",
    ".html": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}
#: Those of them that read files; the others only write.
READING_PLUGINS = ("sheets", "limesurvey", "spss")


class PluginStatus(StrEnum):
    """Status of a plugin."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    BROKEN = "broken"
    TOO_NEW = "too new"


@frozen
class PluginInfo:
    """Plugin that was found.

    Attributes:
        name: Name of its entry point.
        source: Distribution and version, `built in` or `given`.
        status: Whether it works.
        reason: Why it does not.
        hooks: Hooks it implements.
    """

    name: str
    source: str
    status: PluginStatus
    reason: str = ""
    hooks: tuple[str, ...] = ()

    @property
    def remedy(self) -> str:
        """What to do about it, if anything."""
        if self.status is PluginStatus.BROKEN:
            return f"upgrade {self.source.split()[0]}, or set CAPBUILD_BLOCK={self.name} to work without it"
        if self.status is PluginStatus.TOO_NEW:
            return "pip install --upgrade capbuild"
        if self.status is PluginStatus.BLOCKED:
            return "take it out of CAPBUILD_BLOCK, or name it in CAPBUILD_PLUGINS, to use it"
        return ""
