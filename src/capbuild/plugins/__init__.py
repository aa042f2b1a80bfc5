"""API for plugin authors: descriptors, hooks and the host."""

from capbuild._lazy import lazy_exports

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

_NAMES = {
    "capbuild._garbage": "collector_paused",
    "capbuild.scoring.methods": "RegisteredMethod",
    "hookspecs": "HOOK_API hookimpl",
    "host": "Host PluginInfo PluginStatus default_host",
    "isolation": "child_environment",
    "limits": "ReadLimits",
    "options": "make_options",
    "types": (
        "LOSS_KINDS CellTable ChartKind Claim Companion Confidence DerivedAnswers InputFile LazyFunction NoOptions "
        "OutputFile ProgrammeDraft Progress Reader ReadItem RenderCache RenderContext Writer find_companion"
    ),
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
