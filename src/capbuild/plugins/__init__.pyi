"""Names of `capbuild.plugins`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild._garbage import collector_paused
from capbuild.plugins.hookspecs import HOOK_API, hookimpl
from capbuild.plugins.host import Host, PluginInfo, PluginStatus, default_host
from capbuild.plugins.isolation import child_environment
from capbuild.plugins.limits import ReadLimits
from capbuild.plugins.options import make_options
from capbuild.plugins.types import (
    LOSS_KINDS,
    CellTable,
    ChartKind,
    Claim,
    Companion,
    Confidence,
    DerivedAnswers,
    InputFile,
    LazyFunction,
    NoOptions,
    OutputFile,
    ProgrammeDraft,
    Progress,
    ReadItem,
    Reader,
    RenderCache,
    RenderContext,
    Writer,
    find_companion,
)
from capbuild.scoring.methods import RegisteredMethod

__all__ = [
    "HOOK_API",
    "LOSS_KINDS",
    "CellTable",
    "ChartKind",
    "Claim",
    "Companion",
    "Confidence",
    "DerivedAnswers",
    "Host",
    "InputFile",
    "LazyFunction",
    "NoOptions",
    "OutputFile",
    "PluginInfo",
    "PluginStatus",
    "ProgrammeDraft",
    "Progress",
    "ReadItem",
    "ReadLimits",
    "Reader",
    "RegisteredMethod",
    "RenderCache",
    "RenderContext",
    "Writer",
    "child_environment",
    "collector_paused",
    "default_host",
    "find_companion",
    "hookimpl",
    "make_options",
]
