"""API for plugin authors: descriptors, hooks and the host."""

from capbuild._lazy import lazy_exports

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

__getattr__, __dir__, __all__ = lazy_exports(__name__, _NAMES)
