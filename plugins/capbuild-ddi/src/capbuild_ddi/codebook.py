"""DDI Codebook: variables as questions."""

from collections.abc import Iterator
from itertools import chain
from pathlib import PurePath
from xml.etree.ElementTree import Element

from attrs import evolve

from capbuild.formats import local_name, personal_by_head
from capbuild.model import Choice, Question, QuestionGroup, Questionnaire, QuestionType, SkipRule
from capbuild_ddi.elements import XML_LANG, children, choice, first, number, plain, spoken, unique

#: Type of a group of variables that is a multiple-response set.
_SET = "multipleResp"
_DATES = {"date": QuestionType.DATE, "time": QuestionType.TIME, "datetime": QuestionType.DATETIME}

#: Types by the name of another response domain, as `Survey.write_codebook` writes it.
_OTHERS = {kind.value.replace(" ", "-"): kind for kind in QuestionType}


def read_codebook(root: Element, file: str) -> Questionnaire:
    """Return the variables of a codebook as a questionnaire.

    Args:
        root: Its root, or its data description only.
        file: Name of the file.
    """
    language = root.get(XML_LANG) or "und"
    described = [root] if local_name(root) == "dataDscr" else list(children(root, "dataDscr"))
    titles = first(root, "stdyDscr", "citation", "titlStmt")
    title = spoken(children(titles, "titl", "parTitl"), PurePath(file).stem or file, language)
    sets = _find_response_sets(described)
    groups, group_by_variable = _list_groups(described, language)
    questions: dict[str, Question] = {}
    for part in described:
        for variable in children(part, "var"):
            key = variable.get("ID", "")
            node, members = sets.get(key, (variable, [variable]))
            if members[0] is not variable:
                continue  # it is part of the question of an earlier variable
            name = unique(node.get("name") or "", node.get("ID", ""), questions)
            question = _make_question(variable, name, language)
            if node is not variable:
                question = _merge_set(node, members, question, language)
            questions[name] = evolve(question, group=group_by_variable.get(key))
    tags = (element.get(XML_LANG) for part in described for element in part.iter())
    named = [tag for tag in (root.get(XML_LANG), *tags) if tag]
    return Questionnaire(
        id=plain(first(titles, "IDNo")) or PurePath(file).stem or file,
        version=plain(first(root, "stdyDscr", "citation", "verStmt", "version")) or "1",
        title=title,
        languages=tuple(dict.fromkeys(named)),
        groups=groups,
        questions=tuple(questions.values()),
    )


def _find_response_sets(described: list[Element]) -> dict[str, tuple[Element, list[Element]]]:
    """Return multiple-response sets by the ids of their variables.

    A set is a group and its variables.
    """
    variables = {element.get("ID", ""): element for part in described for element in children(part, "var")}
    sets: dict[str, tuple[Element, list[Element]]] = {}
    for node in (element for part in described for element in children(part, "varGrp") if element.get("type") == _SET):
        keys = [key for key in dict.fromkeys(node.get("var", "").split()) if key in variables and key not in sets]
        own = [element for key, element in variables.items() if key in keys]
        sets.update(dict.fromkeys(keys, (node, own)))
    return sets


def _merge_set(node: Element, members: list[Element], question: Question, language: str) -> Question:
    """Return the multi-select question of a multiple-response set.

    If each variable has at most two categories ("chosen", "not chosen"), the variables are the choices, else their
    categories are.

    Args:
        node: The group.
        members: Its variables.
        question: The first of them as a question.
        language: Language of texts without one.
    """
    listed = [list(_list_choices(member, language)) for member in members]
    absent = [option for choices in listed for option in choices if option.missing is not None]
    chosen = [[option for option in choices if option.missing is None] for choices in listed]
    if all(len(choices) <= 2 for choices in chosen):
        chosen = [[_choice_of_variable(member, question.id, language) for member in members]]
    named = list(children(node, "labl", "txt"))
    by_code: dict[str, Choice] = {}
    for option in chain(*chosen, absent):
        by_code.setdefault(option.code, option)
    return evolve(
        question,
        type=QuestionType.SELECT_MULTIPLE,
        text=spoken(named, question.text.source, language) if named else question.text,
        choices=by_code.values(),
    )


def _choice_of_variable(variable: Element, question: str, language: str) -> Choice:
    name = variable.get("name") or variable.get("ID") or "item"
    code = name.removeprefix(f"{question}/") or name
    return choice(code, spoken(children(variable, "labl"), code, language), missing=False)


def _list_groups(described: list[Element], language: str) -> tuple[list[QuestionGroup], dict[str, str]]:
    """Return the variable groups, and the group of each variable."""
    groups: dict[str, QuestionGroup] = {}
    group_by_variable: dict[str, str] = {}
    inner: dict[str, str] = {}
    nodes = [element for part in described for element in children(part, "varGrp")]
    set_members = {element.get("ID", ""): element.get("var", "") for element in nodes if element.get("type") == _SET}
    for node in nodes:
        if node.get("type") == _SET:
            continue
        name = unique(node.get("ID") or node.get("name") or "", "", groups)
        labels = children(node, "labl", "txt")
        groups[name] = QuestionGroup(id=name, title=spoken(labels, node.get("name") or name, language))
        within = (node.get("varGrp") or "").split()
        for keys in (node.get("var") or "", *(set_members.get(group, "") for group in within)):
            for key in keys.split():
                group_by_variable.setdefault(key, name)
        inner.update(dict.fromkeys(within, name))
    question_groups = [
        evolve(group, parent=inner[name]) if name in inner and not _is_below(inner[name], name, inner) else group
        for name, group in groups.items()
    ]
    return question_groups, group_by_variable


def _is_below(name: str, above: str, inner: dict[str, str]) -> bool:
    """True if a group is inside another, or cyclic."""
    seen: set[str] = set()
    while name in inner and name not in seen:
        seen.add(name)
        name = inner[name]
        if name == above:
            return True
    return name in seen or name == above


def _make_question(variable: Element, name: str, language: str) -> Question:
    asked = [*children(variable, "qstn")]
    literal = [element for part in asked for element in children(part, "qstnLit")]
    hints = [element for part in asked for element in children(part, "ivuInstr")]
    before = [element for part in asked for element in children(part, "preQTxt")]
    labels = list(children(variable, "labl"))
    text = spoken([*literal, *(labels if not literal else [])], name, language)
    hint = spoken([*hints, *(before if not hints else [])], "", language)
    choices = list(_list_choices(variable, language))
    limits = [element for valid in children(variable, "valrng") for element in children(valid, "range")]
    low = [value for limit in limits if (value := number(limit.get("min"))) is not None]
    high = [value for limit in limits if (value := number(limit.get("max"))) is not None]
    universe = plain(first(variable, "universe"))
    return Question(
        id=name,
        type=_find_type(variable, asked, choices),
        text=text,
        hint=hint if hint.source else None,
        choices=choices,
        skip=SkipRule(expression=universe, dialect="ddi") if universe else None,
        unit=variable.get("measUnit") or "",
        minimum=min(low) if low else None,
        maximum=max(high) if high and (not low or max(high) >= min(low)) else None,
        personal=personal_by_head(text.source),
    )


def _list_choices(variable: Element, language: str) -> Iterator[Choice]:
    """Yield a variable's categories and its other missing codes."""
    invalid = [element for part in children(variable, "invalrng") for element in children(part, "item")]
    absent = {element.get("VALUE", "").strip(): element for element in invalid}
    seen: set[str] = set()
    for category in children(variable, "catgry"):
        code = plain(first(category, "catValu"))
        labels = list(children(category, "labl")) or list(children(category, "txt"))
        if code and code not in seen:
            seen.add(code)
            missing = category.get("missing") == "Y" or code in absent
            yield choice(code, spoken(labels, code, language), missing=missing)
    for code in absent:
        if code and code not in seen:
            seen.add(code)
            yield choice(code, spoken((), code, language), missing=True)


def _find_type(variable: Element, asked: list[Element], choices: list[Choice]) -> QuestionType:
    domain = next((part.get("responseDomainType", "") for part in asked), "")
    other = next((part.get("otherResponseDomainType", "") for part in asked), "")
    form = first(variable, "varFormat")
    kind, category = (form.get("type", ""), form.get("category", "")) if form is not None else ("", "")
    coded = any(choice.missing is None for choice in choices)
    if domain == "other" and other in _OTHERS:
        return _OTHERS[other]
    if coded and domain == "multiple":
        return QuestionType.SELECT_MULTIPLE
    if coded and variable.get("intrvl") != "contin":
        return QuestionType.SELECT_ONE
    if category in _DATES or domain == "datetime":
        return _DATES.get(category, QuestionType.DATETIME)
    if domain == "numeric" or (kind == "numeric" and domain != "text"):
        return QuestionType.INTEGER if variable.get("dcml") == "0" else QuestionType.DECIMAL
    if domain == "text" or kind == "character":
        return QuestionType.TEXT
    return QuestionType.DECIMAL if variable.get("intrvl") == "contin" else QuestionType.UNKNOWN
