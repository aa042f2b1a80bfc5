"""Fields of fillable PDF forms, as questions and answers."""

import io
import logging
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from attrs import frozen
from pypdf import PdfReader
from pypdf.constants import FieldDictionaryAttributes

from capbuild.errors import LimitError, ReadError
from capbuild.model import Missing, QuestionType
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild_documents.form_index import is_placeholder
from capbuild_documents.inferred_form import Content, DraftedForm, make_choices, read_choice
from capbuild_documents.package import SCANNED

_FLAGS = FieldDictionaryAttributes.FfBits
#: Attributes that a field inherits from its parent.
_INHERITED = ("/FT", "/Ff", "/V", "/Opt")
#: Pages examined to classify a file without fields.
_PAGES = 50


@frozen
class _PdfField:
    """Form field for an answer.

    Attributes:
        name: Its full name.
        node: Its dictionary, with inherited attributes.
        widgets: Its widgets.
    """

    name: str
    node: Mapping[str, Any]
    widgets: tuple[Mapping[str, Any], ...]

    @property
    def label(self) -> str:
        """Its text for screen readers, or its name."""
        return " ".join(str(self.node.get("/TU") or self.name).split())

    def has(self, flag: int) -> bool:
        """True if a flag is set."""
        flags = self.node.get("/Ff", 0)
        return isinstance(flags, int) and bool(flags & flag)


def read_fields(source: InputFile, form: DraftedForm) -> None:
    """Read the fields of a PDF form.

    Args:
        source: The file.
        form: Receives questions, answers and issues.

    Raises:
        ReadError: It has no form fields because it is a scan or was printed, has a password, or is damaged.
        LimitError: It exceeds the limits of fields or nesting.
    """
    with _quiet(), _checked(source):
        reader = PdfReader(io.BytesIO(source.content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise source.error("has a password", "DOC1", "ask for it without a password")
        root = reader.trailer["/Root"].get_object()
        fields = list(_walk(_get(root, "/AcroForm", {}), source))
        asked = [
            pdf_field
            for pdf_field in fields
            if pdf_field.node.get("/FT") in ("/Tx", "/Btn", "/Ch") and not pdf_field.has(_FLAGS.Pushbutton)
        ]
        if not asked:
            _refuse_without_fields(source, reader, has_xfa="/XFA" in _get(root, "/AcroForm", {}))
        source.limits.check_cells(source.name, len(asked))
        for pdf_field in asked:
            form.add(
                pdf_field.label,
                _content(pdf_field, form),
                Origin(source.name, path=pdf_field.name),
                number=pdf_field.name,
            )
        form.unused += [field.label for field in fields if field not in asked and field.node.get("/FT") == "/Sig"]


@contextmanager
def _quiet() -> Generator[None, None, None]:
    """Silence the parser's logger while issues report the same.

    The parser logs quotes from the file, which would reach the terminal if the logger had no handler.
    """
    logger, silent = logging.getLogger("pypdf"), logging.NullHandler()
    before, logger.propagate = logger.propagate, False
    logger.addHandler(silent)
    try:
        yield
    finally:
        logger.removeHandler(silent)
        logger.propagate = before


@contextmanager
def _checked(source: InputFile) -> Generator[None, None, None]:
    """Turn the parser's exceptions into `ReadError`."""
    try:
        yield
    except (ReadError, LimitError):
        raise
    except Exception as error:
        raise source.error(
            f"cannot be read: {type(error).__name__}: {error}",
            "DOC1",
            "open it in a PDF viewer, save it again, or ask for it again",
        ) from error


def _get(node: Any, key: str, default: Any = None) -> Any:
    """Return a value of a dictionary, resolved."""
    value = node.get(key, default) if isinstance(node, Mapping) else default
    return value.get_object() if hasattr(value, "get_object") else value


def _walk(form: Any, source: InputFile) -> Iterator[_PdfField]:
    """Yield the fields of a form in order."""
    seen: set[int] = set()
    waiting: list[tuple[Any, str, dict[str, Any], int]] = [
        (child, "", {}, 1) for child in reversed(_get(form, "/Fields") or [])
    ]
    while waiting:
        child, above, given, depth = waiting.pop()
        node = child.get_object()
        if not isinstance(node, Mapping) or id(node) in seen:
            continue
        seen.add(id(node))
        if depth > source.limits.nesting:
            raise LimitError(
                f"{source.name} nests fields deeper than {source.limits.nesting} levels",
                code="CB118",
                origin=Origin(source.name),
                remedy="check that it is a form, or raise limits.nesting",
            )
        own = {key: _get(node, key) for key in ("/TU", *_INHERITED) if key in node}
        known = {**given, **own}
        part = str(_get(node, "/T") or "")
        name = ".".join(filter(None, (above, part)))
        kids = [kid for kid in _get(node, "/Kids") or [] if isinstance(kid.get_object(), Mapping)]
        fields = [kid for kid in kids if "/T" in kid.get_object()]
        waiting += [(kid, name, known, depth + 1) for kid in reversed(fields)]
        if not fields:
            yield _PdfField(name or "field", known, tuple(kid.get_object() for kid in kids) or (node,))


def _content(pdf_field: _PdfField, form: DraftedForm) -> Content:
    kind, value = pdf_field.node.get("/FT"), pdf_field.node.get("/V")
    if kind in ("/Tx", "/Ch") and is_placeholder(_text(value)):
        value = None
    if kind == "/Tx":
        return form.text(_text(value))
    if kind == "/Ch":
        return _listed(pdf_field, value)
    states = list(dict.fromkeys(state for widget in pdf_field.widgets for state in _states(widget)))
    chosen = "" if value in (None, "/Off") else str(value).removeprefix("/")
    if len(states) < 2 and not pdf_field.has(_FLAGS.Radio):
        return Content(value=bool(chosen), type=QuestionType.BOOLEAN)
    labels = [_text(label) for label in pdf_field.node.get("/Opt") or []]
    named = [
        (state, labels[position] if len(labels) == len(states) else state) for position, state in enumerate(states)
    ]
    return read_choice(make_choices(named), chosen)


def _states(widget: Mapping[str, Any]) -> list[str]:
    """Return the states of a ticked box."""
    normal = _get(_get(widget, "/AP"), "/N")
    return [str(key).removeprefix("/") for key in normal if key != "/Off"] if isinstance(normal, Mapping) else []


def _listed(pdf_field: _PdfField, value: Any) -> Content:
    options = []
    for option in pdf_field.node.get("/Opt") or []:
        entry = option.get_object()
        pair = [_text(part) for part in entry] if isinstance(entry, list) else [_text(entry)]
        options.append((pair[0], pair[-1]) if pair else ("", ""))
    choices = make_choices(options)
    if not pdf_field.has(_FLAGS.MultiSelect):
        return read_choice(choices, _text(value[0] if isinstance(value, list) and value else value))
    chosen = [_text(part) for part in (value if isinstance(value, list) else [value])]
    codes = tuple(dict.fromkeys(text for text in chosen if text))
    return Content(value=codes or Missing.NO_ANSWER, type=QuestionType.SELECT_MULTIPLE, choices=choices)


def _text(value: Any) -> str:
    """Return the text of a value or stream."""
    content = value.get_object() if hasattr(value, "get_object") else value
    if hasattr(content, "get_data"):
        return str(content.get_data().decode("utf-8", "replace"))
    return "" if content is None else str(content).replace("\r\n", "\n").replace("\r", "\n")


def _refuse_without_fields(source: InputFile, reader: PdfReader, *, has_xfa: bool) -> None:
    """Refuse a PDF without form fields, naming its kind.

    Raises:
        ReadError: Always.
    """
    if has_xfa:
        raise source.error(
            "is an XFA form, which only Adobe's programs show",
            "DOC2",
            "ask for the Word version, or for a PDF saved as an AcroForm",
        )
    pages = reader.pages[:_PAGES]
    resources = [_get(page, "/Resources") for page in pages]
    has_text = any(_get(resource, "/Font") for resource in resources)
    images = sum(any(map(_is_image, (_get(resource, "/XObject") or {}).values())) for resource in resources)
    if images and not has_text:
        raise source.error(
            f"is a scan: {images} of its {len(reader.pages)} pages are images, without text or form fields",
            "DOC2",
            SCANNED,
        )
    what = "has text and no form fields: it was printed or scanned" if has_text else "has no questions"
    raise source.error(what, "DOC2", "ask for the Word file, or for the PDF with its fields")


def _is_image(value: Any) -> bool:
    return bool(_get(value.get_object(), "/Subtype") == "/Image")
