"""API for plugin authors: descriptors, hooks and the host."""

from capbuild._lazy import lazy_exports

# Type checkers treat `TYPE_CHECKING` as true; importing typing would slow down every import.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild._garbage import collector_paused
    from capbuild.plugins.companions import find_companion
    from capbuild.plugins.hookspecs import HOOK_API, hookimpl
    from capbuild.plugins.host import Host, default_host
    from capbuild.plugins.info import PluginInfo, PluginStatus
    from capbuild.plugins.isolation import child_environment
    from capbuild.plugins.limits import ReadLimits
    from capbuild.plugins.options import make_options
    from capbuild.plugins.progress import Progress
    from capbuild.plugins.render_cache import RenderCache
    from capbuild.plugins.types import (
        CellTable,
        Claim,
        Companion,
        Confidence,
        DerivedAnswers,
        InputFile,
        LazyFunction,
        NoOptions,
        OutputFile,
        ProgrammeDraft,
        Reader,
        ReadItem,
        RenderContext,
        Writer,
    )
    from capbuild.scoring.methods import RegisteredMethod

__all__ = [
    "HOOK_API",
    "CellTable",
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

_NAMES = {
    "capbuild._garbage": "collector_paused",
    "capbuild.scoring.methods": "RegisteredMethod",
    "companions": "find_companion",
    "hookspecs": "HOOK_API hookimpl",
    "host": "Host default_host",
    "info": "PluginInfo PluginStatus",
    "isolation": "child_environment",
    "limits": "ReadLimits",
    "options": "make_options",
    "progress": "Progress",
    "render_cache": "RenderCache",
    "types": "CellTable Claim Companion Confidence DerivedAnswers InputFile LazyFunction "
    "NoOptions OutputFile ProgrammeDraft ReadItem Reader RenderContext Writer",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
