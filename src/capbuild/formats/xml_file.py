"""Parsing of XML files within limits, and XML output.

Plugins that parse depend on defusedxml.
"""

import io
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import IO, Any
from xml.etree.ElementTree import Element, indent, tostring

from capbuild.errors import LimitError
from capbuild.origin import Origin
from capbuild.plugins import InputFile

_XML = "http://www.w3.org/XML/1998/namespace"


def iter_xml(source: InputFile, content: bytes | str | None = None) -> Iterator[tuple[str, Element]]:
    """Yield the elements of an XML file as events.

    Each element comes with `start` and, once it is complete, with `end`.

    Args:
        source: The file.
        content: A document within it, such as a member of an archive; the whole file if None.

    Raises:
        ReadError: CB128, it is not well-formed, or declares a document type or entities.
        LimitError: CB118, it is nested too deeply; CB105, it has more elements than a table may have cells.

    Example:
        >>> [(event, node.tag) for event, node in iter_xml(InputFile("a.xml", data=b"<a><b/></a>"))]
        [('start', 'a'), ('start', 'b'), ('end', 'b'), ('end', 'a')]
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    depth = count = 0
    remedy = "ask for the file again"
    try:
        with _open(source, content) as stream:
            for event, node in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                depth += 1 if event == "start" else -1
                count += event == "start"
                source.limits.check_cells(source.name, count)
                if depth > source.limits.nesting:
                    raise LimitError(
                        f"{source.name} nests deeper than {source.limits.nesting} levels",
                        code="CB118",
                        origin=Origin(source.name),
                        remedy="check that it is a survey file, or raise limits.nesting",
                    )
                yield event, node
    except DefusedXmlException as error:
        raise source.error("declares a document type or entities", "CB128", remedy) from error
    except (ParseError, ValueError, LookupError) as error:
        raise source.error(f"is not well-formed XML: {error}", "CB128", remedy) from error


def _open(source: InputFile, content: bytes | str | None) -> IO[Any]:
    if content is None:
        return source.open()
    return io.StringIO(content) if isinstance(content, str) else io.BytesIO(content)


def load_xml(source: InputFile, content: bytes | str | None = None) -> Element:
    """Parse an XML file and return its root.

    Args:
        source: The file.
        content: A document within it, such as a member of an archive; the whole file if None.

    Raises:
        ReadError: CB128, it is not well-formed, or declares a document type or entities.
        LimitError: CB118, it is nested too deeply; CB105, it has more elements than a table may have cells.

    Example:
        >>> load_xml(InputFile("a.xml", data=b"<codeBook/>")).tag
        'codeBook'
    """
    nodes = iter_xml(source, content)
    _, root = next(nodes)
    for _ in nodes:
        pass
    return root


def local_name(node: Element | str) -> str:
    """Return an element's or attribute's name without namespace.

    Example:
        >>> local_name(Element("{ddi:codebook:2_5}var")), local_name("{http://www.w3.org/XML/1998/namespace}lang")
        ('var', 'lang')
    """
    name = node if isinstance(node, str) else str(node.tag)
    return name.rpartition("}")[2]


def print_xml(root: Element, prefixes: Mapping[str, str]) -> bytes:
    """Return a tree as indented UTF-8 with prefixes for namespaces.

    The prefixes are local to the call, unlike those of `xml.etree.ElementTree.register_namespace`.

    Args:
        root: The tree, which is changed.
        prefixes: Prefix of each namespace.

    Example:
        >>> print(print_xml(Element("{urn:a}b", {"c": "1"}), {"urn:a": "a"}).decode().splitlines()[1])
        <a:b xmlns:a="urn:a" c="1" />
    """
    used: dict[str, str] = {}

    def shorten_name(name: str) -> str:
        namespace, _, local = name.removeprefix("{").rpartition("}")
        if not namespace or namespace == _XML:
            return f"xml:{local}" if namespace else local
        prefix = used.setdefault(namespace, prefixes.get(namespace, f"ns{len(used)}"))
        return f"{prefix}:{local}"

    for node in root.iter():
        tag: object = node.tag
        if isinstance(tag, str):  # a comment has a function
            node.tag = shorten_name(tag)
            node.attrib = {shorten_name(name): value for name, value in node.attrib.items()}
    root.attrib = {
        **{f"xmlns:{prefix}": name for name, prefix in sorted(used.items(), key=itemgetter(1))},
        **root.attrib,
    }
    indent(root)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"
