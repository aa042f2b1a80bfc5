"""Surveys and visit checklists as pages to fill in offline.

They save a document to read back.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any

from attrs import frozen
from markupsafe import Markup

from capbuild.countries import all_countries
from capbuild.documents import dumps
from capbuild.errors import WriteError
from capbuild.frameworks import survey_questionnaire, visit_questionnaire
from capbuild.io import country
from capbuild.model import (
    Basis,
    Country,
    EvidenceKind,
    Framework,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Route,
    Survey,
)
from capbuild.plugins import RenderContext
from capbuild.reports import get_country_name, get_translator
from capbuild.text import TranslationStatus
from capbuild_html.options import HtmlFormOptions
from capbuild_html.render import clean_lines, clean_page, make_environment, make_form_style, make_policy

_SILENT = (QuestionType.NOTE, QuestionType.CALCULATED)
#: Coded fields beside an answer: prefix of their words, and the codes.
_CODED: dict[str, tuple[str, type[Basis] | type[Route] | type[EvidenceKind]]] = {
    "basis": ("basis", Basis),
    "route": ("route", Route),
    "evidence_kind": ("evidence.kind", EvidenceKind),
}
_CONFIDENCE = [(str(number), str(number)) for number in (1, 2, 3)]


@frozen
class _Item:
    """A question, with the headings that begin at it.

    Attributes:
        question: The question.
        headings: Its groups that begin here, with their depth from 1.
        check: How a visitor checks it; may be empty.
        kind: Kind of input.
        about: True for a question on the form itself, which no criterion or number is read from.
    """

    question: Question
    headings: tuple[tuple[int, QuestionGroup], ...]
    check: str
    kind: str
    about: bool


def write(subject: Questionnaire | Framework, context: RenderContext, options: HtmlFormOptions) -> Iterable[str]:
    """Yield the page, the same text each time.

    Raises:
        WriteError: The form has no text in the language.
        CountryError: The country is not known.
    """
    framework = subject if isinstance(subject, Framework) else None
    if isinstance(subject, Framework):
        form = (visit_questionnaire if options.visit else survey_questionnaire)(subject)
    else:
        form = subject
    language = options.language or next((tag for tag in form.languages if tag != "und"), context.language)
    tags = {tag.partition("-")[0] for tag in form.languages if tag != "und"}
    if tags and language.partition("-")[0] not in tags:
        known = ", ".join(form.languages)
        raise WriteError(f"{form.id} has no language {language!r}; it has: {known}", remedy="name one of these")
    visit = options.visit and framework is not None
    t = get_translator(language)
    environment = make_environment("")
    style = make_form_style((files("capbuild_html") / "form.css").read_text("utf-8"))
    script = clean_lines(environment.get_template("form.js").render())
    named = country(options.country) if options.country else None
    page = environment.get_template("form.html").render(
        form=form,
        language=language,
        t=t,
        visit=visit,
        draft=any(question.text.status(language) is TranslationStatus.DRAFT for question in form.questions),
        items=list(_list_items(form, framework, language)),
        beside=("basis", "confidence", "as_of", "sample", "route", "reason") if visit else (),
        coded={"confidence": _CONFIDENCE, **{name: _label_codes(name, language) for name in _CODED}},
        places=sorted(
            ((one.alpha_2, get_country_name(one, t.language)) for one in all_countries()),
            key=lambda one: t.sorted_as(one[1]),
        ),
        country=named.alpha_2 if named is not None else "",
        respondent=options.respondent,
        style=Markup(style),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        policy=make_policy(style, script),
        data=Markup(escape(_make_data(form, language, visit=visit), quote=False)),  # noqa: S704 - escaped
    )
    return [clean_page(page)]


def _list_items(form: Questionnaire, framework: Framework | None, language: str) -> Iterator[_Item]:
    shown: list[str] = []
    mapped = {mapping.question for mapping in form.mappings}
    for question in form.questions:
        chain = form.group_path(question.group)
        names = [group.id for group in chain]
        new = [depth for depth in range(len(chain)) if names[: depth + 1] != shown[: depth + 1]]
        headings = tuple((depth + 1, chain[depth]) for depth in new)
        shown = names
        criterion = framework.criteria.get(question.id) if framework is not None else None
        check = (
            "" if framework is None or criterion is None else framework.label("check", criterion.check.value, language)
        )
        about = bool(mapped) and question.id not in mapped
        yield _Item(question, headings, check, _find_kind(question), about)


def _find_kind(question: Question) -> str:
    """Return a question's kind of input.

    The kind is a type of HTML input, `one`, `several`, `rank`, `file` or `lines`. It is empty for a question without an
    answer.
    """
    kind = question.type
    if kind in _SILENT:
        return ""
    if kind is QuestionType.SELECT_MULTIPLE and question.choices:
        return "several"
    if question.choices:
        return "rank" if kind is QuestionType.RANKING else "one"
    if kind is QuestionType.BOOLEAN:
        return "boolean"
    if kind in (QuestionType.INTEGER, QuestionType.DECIMAL):
        return "number"
    return kind.value if kind in (QuestionType.DATE, QuestionType.TIME, QuestionType.FILE) else "lines"


def _label_codes(name: str, language: str) -> list[tuple[str, str]]:
    t = get_translator(language)
    prefix, codes = _CODED[name]
    return [(code.value, t(f"{prefix}.{code.name.lower()}")) for code in codes]


def _make_data(form: Questionnaire, language: str, *, visit: bool) -> str:
    """Return the script's data as JSON.

    The data are the document to save, still without answers, and the codes for its fields. The questionnaire in it is
    in its own language and that of the page.
    """
    document = json.loads(dumps(Survey(file="form.json", format="capbuild-json", questionnaire=form)))
    _drop_translations(document, language.partition("-")[0])
    places = {country.alpha_2: _describe(country) for country in all_countries()}
    data = {
        "document": document,
        "form": form.id,
        "version": form.version,
        "language": language,
        "progress": _list_progress(language),
        "kind": "visit" if visit else "",
        "countries": places,
        "previous": [{"question": name, "value": answer.value} for name, answer in form.previous.items()],
        "missing": {
            question.id: {
                choice.code: choice.missing.value for choice in question.choices if choice.missing is not None
            }
            for question in form.questions
            if any(choice.missing is not None for choice in question.choices)
        },
    }
    return json.dumps(data, ensure_ascii=False)


def _list_progress(language: str) -> dict[str, str]:
    """Return the text of the counter by plural category, with %1 of %2."""
    t = get_translator(language)
    found: dict[str, str] = {}
    for count in range(101):  # every category of CLDR has a number up to 100, or falls back to `other`
        text = t("form.progress", count=count, asked="%2").replace(t.number(count), "%1", 1)
        found.setdefault(t.locale.plural_form(count), text)
    return found


def _describe(one: Country) -> Mapping[str, str]:
    return {"alpha_2": one.alpha_2, "alpha_3": one.alpha_3, "name": one.name}


def _drop_translations(value: Any, language: str) -> None:
    """Drop the translations of texts into other languages."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _drop_translations(inner, language)
    if isinstance(value, dict) and isinstance(value.get("translations"), dict):
        value["translations"] = {
            tag: translation for tag, translation in value["translations"].items() if tag.partition("-")[0] == language
        }
