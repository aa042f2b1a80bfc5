"""Readings and written files as lines of text, for comparison between interpreters."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import zip_longest
from types import ModuleType
from typing import Any

from capbuild.io.companions import prepare_options
from capbuild.io.writing import render_files
from capbuild.plugins import Host, InputFile


def describe_readings(plugin: ModuleType | None, reader: str, samples: Sequence[tuple[str, bytes, Any]]) -> str:
    """Describe the items that a reader yields for samples, one line each.

    Args:
        plugin: The module that registers the reader; None for a built-in one.
        reader: Its name.
        samples: Name, data and options of each sample.
    """
    host = Host(plugins={} if plugin is None else {plugin.__name__: plugin}, discover=False)
    descriptor = host.readers[reader]
    lines = []
    for name, data, options in samples:
        source = InputFile(name, data=data)
        made = prepare_options(descriptor, options, source).options
        lines += [describe_item(item) for item in descriptor.read(source, made)]
    return "\n".join(lines)


def describe_item(item: Any) -> str:
    """Describe an item in one line."""
    return repr(item).replace("\n", " ").replace("_DateTime(", "datetime.datetime(")


def first_difference(one: str, other: str) -> str:
    """Describe the first difference between two texts."""
    for left, right in zip_longest(one.split("\n"), other.split("\n"), fillvalue=""):
        if left != right:
            start = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)
            return f"{right[max(start - 30, 0) : start + 60]!r} instead of {left[max(start - 30, 0) : start + 60]!r}"
    return "nothing differs"


def describe_files(
    plugin: ModuleType | None, writer: str, options: Any, programme: Any, subjects: Sequence[tuple[object, Any]]
) -> str:
    """Describe the files that a writer makes of subjects, with digests.

    Args:
        plugin: The module that registers the writer; None for a built-in one.
        writer: Its name.
        options: Its options.
        programme: The programme of all subjects.
        subjects: Subjects, each with its dossier.
    """
    host = Host(plugins={} if plugin is None else {plugin.__name__: plugin}, discover=False)
    lines = []
    for subject, dossier in subjects:
        files = render_files(subject, writer, programme=programme, dossier=dossier, options=options, host=host)
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            lines.append(f"{type(subject).__name__} {name} {sha256(data).hexdigest()}")
            lines += content.split("\n") if isinstance(content, str) else []
    return "\n".join(lines)
