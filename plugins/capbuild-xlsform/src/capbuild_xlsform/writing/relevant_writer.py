"""Skip rules as `relevant` conditions with the form's question names."""

import re
from collections.abc import Mapping

from capbuild.model import Question, QuestionType, SkipRule
from capbuild_xlsform.values import escape_code

_VARIABLE = r"[A-Za-z]\w*(?:\.(?:NAOK|shown|value|valueNAOK|code))?"
_TOKEN = re.compile(
    rf"""
    (?P<unfilled>(?:!\s*)?is_empty)\(\s*(?P<of>{_VARIABLE})\s*\)
    | (?P<name>{_VARIABLE})\s*(?P<sign>==|!=|<=|>=|<|>|\b(?:eq|ne|lt|le|gt|ge)\b)
      \s*(?P<value>"[^"\\]*"|'[^'\\]*'|-?\d+(?:\.\d+)?)
    | (?P<word>&&|\|\||\band\b|\bor\b)
    | (?P<neither>!\s*\()
    | (?P<mark>[()])
    | (?P<always>\b1\b)
    | (?P<space>\s+)
    """,
    re.VERBOSE,
)
_SIGNS = {"==": "=", "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_WORDS = {"&&": "and", "||": "or"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

_CLAUSE = re.compile(r"(?P<name>[^\s()]+)\s+(?P<neither>not\s+)?in\s+(?P<codes>[^()]+)")
_BETWEEN = re.compile(r"(?:\s|[()]|\band\b|\bor\b|\bnot\b)*")
_REFERENCE = re.compile(r"\$\{\s*+([^{}\s]++(?:\s++[^{}\s]++)*+)\s*+\}")
_PATH = re.compile(r"(?<![\w)'\"\]/}])(?:\.\.|\.)?(?:/[\w.\-]+)+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def _write_clause(match: re.Match[str], names: Mapping[str, str]) -> str:
    name = names.get(match["name"], match["name"])
    codes = [code.strip() for code in match["codes"].split(",") if code.strip()]
    tests = " or ".join(f"selected(${{{name}}}, '{escape_code(code)}')" for code in codes)
    inner = f"({tests})" if len(codes) > 1 and match["neither"] else tests
    return f"not({tests})" if match["neither"] else inner


def make_relevant(skip: SkipRule, names: Mapping[str, str], questions: Mapping[str, Question]) -> str | None:
    """Return a skip rule as an XPath condition.

    The result is None if a form cannot express the rule.

    Args:
        skip: The rule.
        names: Form name of each question by id.
        questions: Questions by id.

    Example:
        >>> rule = SkipRule(expression="(TEC-1.3a in yes, elsewhere) and (TEC-1.3b in yes)")
        >>> make_relevant(rule, {"TEC-1.3a": "TEC_1_3a", "TEC-1.3b": "TEC_1_3b"}, {})
        "(selected(${TEC_1_3a}, 'yes') or selected(${TEC_1_3a}, 'elsewhere')) and (selected(${TEC_1_3b}, 'yes'))"
    """
    if skip.dialect == "xpath":
        return _rename_references(skip.expression, names, questions)
    if skip.dialect == "expression":
        return _translate_equation(skip.expression, names, questions)
    if skip.dialect != "capbuild":
        return None
    rest = _CLAUSE.sub("", skip.expression)
    if not _BETWEEN.fullmatch(rest) or not _CLAUSE.search(skip.expression):
        return None
    return _CLAUSE.sub(lambda match: _write_clause(match, names), skip.expression)


def _rename_references(expression: str, names: Mapping[str, str], questions: Mapping[str, Question]) -> str:
    """Return an XPath condition with current names and codes."""
    codes = {choice.code: escape_code(choice.code) for question in questions.values() for choice in question.choices}
    by_last = {identifier.rpartition("/")[2]: name for identifier, name in names.items()}

    def name_of(written: str) -> str | None:
        return names.get(written.lstrip("./")) or by_last.get(written.rpartition("/")[2])

    def path(match: re.Match[str]) -> str:
        name = name_of(match[0])
        return f"${{{name}}}" if name is not None else match[0]

    parts: list[str] = []
    at = 0
    for quoted in _QUOTED.finditer(expression):
        mark, text = quoted[0][0], quoted[0][1:-1]
        parts += [_PATH.sub(path, expression[at : quoted.start()]), f"{mark}{codes.get(text, text)}{mark}"]
        at = quoted.end()
    whole = "".join([*parts, _PATH.sub(path, expression[at:])])
    return _REFERENCE.sub(lambda match: f"${{{name_of(match[1]) or match[1]}}}", whole)


def _translate_equation(expression: str, names: Mapping[str, str], questions: Mapping[str, Question]) -> str | None:
    """Return an equation as an XPath condition.

    The result is None if a form cannot express it.

    Args:
        expression: The equation.
        names: Form name of each question by id.
        questions: Questions by id.

    Example:
        >>> kinds = {"law": "select one", "n": "integer"}
        >>> asked = {name: Question(id=name, type=kind, text="?") for name, kind in kinds.items()}
        >>> _translate_equation('((law.NAOK == "yes")) && !(n.NAOK < 3)', {"law": "law", "n": "n"}, asked)
        "((${law} = 'yes')) and not(${n} < 3)"
        >>> _translate_equation("count(law, n) > 1", {"law": "law", "n": "n"}, asked) is None
        True
    """
    out: list[str] = []
    at = 0
    for match in _TOKEN.finditer(expression):
        piece = _write_piece(match, names, questions) if match.start() == at else None
        if piece is None:
            return None
        out.append(piece)
        at = match.end()
    return "".join(out).strip() or None if at == len(expression) else None


def _write_piece(match: re.Match[str], names: Mapping[str, str], questions: Mapping[str, Question]) -> str | None:
    groups = match.groupdict()
    if groups["unfilled"]:
        return _compare(groups["of"], "!=" if groups["unfilled"][0] == "!" else "=", "", names, questions)
    if groups["name"]:
        sign = _SIGNS.get(groups["sign"], groups["sign"])
        return _compare(groups["name"], sign, groups["value"].strip("\"'"), names, questions)
    if groups["word"]:
        return _WORDS.get(groups["word"], groups["word"])
    if groups["neither"]:
        return "not("
    return "true()" if groups["always"] else match[0]


def _compare(
    variable: str, sign: str, value: str, names: Mapping[str, str], questions: Mapping[str, Question]
) -> str | None:
    """Return a question's or tick's comparison with a value.

    The result is None if a form cannot express it.
    """
    name = variable.partition(".")[0]
    question = questions.get(name)
    if question is None:
        return _write_ticked(name, sign, value, names, questions)
    if name not in names or question.type in (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING):
        return None
    if question.type is QuestionType.BOOLEAN and not question.choices:
        value = {"Y": "yes", "N": "no"}.get(value, value)
    chosen = question.type in (QuestionType.SELECT_ONE, QuestionType.BOOLEAN)
    value = escape_code(value) if chosen else value
    plain = _NUMBER.fullmatch(value) and (not chosen or sign not in ("=", "!="))
    if not plain and ("'" in value or sign not in ("=", "!=")):
        return None
    mark = "" if plain else "'"
    return f"${{{names[name]}}} {sign} {mark}{value}{mark}"


def _write_ticked(
    variable: str, sign: str, value: str, names: Mapping[str, str], questions: Mapping[str, Question]
) -> str | None:
    """Return a condition on a ticked choice.

    The variable `q_a` is choice `a` of question `q`.
    """
    for name, question in questions.items():
        code = variable.removeprefix(f"{name}_")
        if question.type is not QuestionType.SELECT_MULTIPLE or code == variable or question.choice(code) is None:
            continue
        if name not in names or sign not in ("=", "!=") or value not in ("Y", ""):
            return None
        chosen = f"selected(${{{names[name]}}}, '{escape_code(code)}')"
        return chosen if (sign == "=") == (value == "Y") else f"not({chosen})"
    return None
