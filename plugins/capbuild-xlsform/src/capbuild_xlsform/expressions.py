"""Skip rules of the model as conditions of an XLSForm, with the names that the form's questions have."""

import re
from collections.abc import Mapping

from capbuild.model import Question, SkipRule
from capbuild_xlsform.equations import condition_of
from capbuild_xlsform.names import escape_code

__all__ = ["relevant_of"]

_CLAUSE = re.compile(r"(?P<name>[^\s()]+)\s+(?P<neither>not\s+)?in\s+(?P<codes>[^()]+)")
_BETWEEN = re.compile(r"(?:\s|[()]|\band\b|\bor\b|\bnot\b)*")
_REFERENCE = re.compile(r"\$\{\s*([^{}]+?)\s*\}")
_PATH = re.compile(r"(?<![\w)'\"\]/}])(?:\.\.|\.)?(?:/[\w.\-]+)+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def _clause(match: re.Match[str], names: Mapping[str, str]) -> str:
    name = names.get(match["name"], match["name"])
    codes = [code.strip() for code in match["codes"].split(",") if code.strip()]
    tests = " or ".join(f"selected(${{{name}}}, '{escape_code(code)}')" for code in codes)
    inner = f"({tests})" if len(codes) > 1 and match["neither"] else tests
    return f"not({tests})" if match["neither"] else inner


def relevant_of(skip: SkipRule, names: Mapping[str, str], questions: Mapping[str, Question]) -> str | None:
    """Return a skip rule as an XPath condition; None when its language is not understood.

    Args:
        skip: The rule.
        names: Name of each question in the form, by id.
        questions: The questions by id.

    Example:
        >>> rule = SkipRule(expression="(TEC-1.3a in yes, elsewhere) and (TEC-1.3b in yes)")
        >>> relevant_of(rule, {"TEC-1.3a": "TEC_1_3a", "TEC-1.3b": "TEC_1_3b"}, {})
        "(selected(${TEC_1_3a}, 'yes') or selected(${TEC_1_3a}, 'elsewhere')) and (selected(${TEC_1_3b}, 'yes'))"
    """
    if skip.dialect == "xpath":
        return _renamed(skip.expression, names, questions)
    if skip.dialect == "expression":
        return condition_of(skip.expression, names, questions)
    if skip.dialect != "capbuild":
        return None
    rest = _CLAUSE.sub("", skip.expression)
    if not _BETWEEN.fullmatch(rest) or not _CLAUSE.search(skip.expression):
        return None
    return _CLAUSE.sub(lambda match: _clause(match, names), skip.expression)


def _renamed(expression: str, names: Mapping[str, str], questions: Mapping[str, Question]) -> str:
    """Return an XPath condition with references to the questions, and codes of choices, as they are written now."""
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
