"""All that a plugin author imports: descriptors, hooks, and the host that runs them."""

from capbuild.plugins.hookspecs import HOOK_API, hookimpl
from capbuild.plugins.host import Host, default_host
from capbuild.plugins.info import KNOWN_PLUGINS, PluginInfo, PluginStatus
from capbuild.plugins.limits import ReadLimits
from capbuild.plugins.options import make_options
from capbuild.plugins.progress import Progress
from capbuild.plugins.sharing import Shared
from capbuild.plugins.types import (
    Capability,
    CellTable,
    Claim,
    Confidence,
    File,
    InputFile,
    NoOptions,
    Reader,
    ReadItem,
    RegisteredMethod,
    RenderContext,
    Writer,
)

__all__ = [
    "HOOK_API",
    "KNOWN_PLUGINS",
    "Capability",
    "CellTable",
    "Claim",
    "Confidence",
    "File",
    "Host",
    "InputFile",
    "NoOptions",
    "PluginInfo",
    "PluginStatus",
    "Progress",
    "ReadItem",
    "ReadLimits",
    "Reader",
    "RegisteredMethod",
    "RenderContext",
    "Shared",
    "Writer",
    "default_host",
    "hookimpl",
    "make_options",
]
