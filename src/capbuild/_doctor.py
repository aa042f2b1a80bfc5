"""Self-check: installed, broken and missing parts, and the main path."""

import datetime
import os
import platform
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution, entry_points, requires, version

import attrs
from attrs import define, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Response, Round, RoundKind, Source, SourceKind
from capbuild.plugins import Host, PluginInfo, PluginStatus, ReadLimits, default_host
from capbuild.plugins.host import KNOWN_PLUGINS

__all__ = ["Diagnosis", "Part", "SelfCheckStep", "bill_of_materials", "diagnose"]

_VARIABLES = ("CAPBUILD_PLUGINS", "CAPBUILD_BLOCK", "CAPBUILD_PREFER", "CAPBUILD_ISOLATE")
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(\[[^\]]*\])?([^;]*)(?:;(.*))?")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_WORKING = (PluginStatus.ACTIVE, PluginStatus.BLOCKED)


@frozen(kw_only=True)
class Part:
    """Optional part of capbuild.

    Attributes:
        name: Name of the extra.
        brings: Distributions it consists of, each with its version; empty text for one that is missing.
        suffixes: Files it is for.
    """

    name: str
    brings: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    suffixes: tuple[str, ...] = field(default=(), converter=to_tuple)

    @property
    def installed(self) -> bool:
        """True if all of it is installed."""
        return all(self.brings.values())

    @property
    def remedy(self) -> str:
        """Command that installs it."""
        return f'pip install "capbuild[{self.name}]"'


@frozen(kw_only=True)
class SelfCheckStep:
    """Step of the self-check.

    Attributes:
        name: Name of the check.
        passed: Whether it worked.
        found: Result, or the error.
    """

    name: str
    passed: bool
    found: str


@frozen(kw_only=True)
class Diagnosis:
    """Result of checking an installation.

    Attributes:
        versions: Versions of Python, the system, capbuild and its dependencies.
        variables: Environment variables that are set.
        plugins: Every plugin found, working or not.
        parts: Optional parts.
        limits: Limits in force on reading, by name.
        checks: The self-check, step by step.
    """

    versions: FrozenMap[str, str] = field(converter=to_map)
    variables: FrozenMap[str, str] = field(converter=to_map)
    plugins: tuple[PluginInfo, ...] = field(converter=to_tuple)
    parts: tuple[Part, ...] = field(converter=to_tuple)
    limits: FrozenMap[str, float] = field(converter=to_map)
    checks: tuple[SelfCheckStep, ...] = field(converter=to_tuple)

    @property
    def healthy(self) -> bool:
        """True if plugins and self-check work; blocked plugins are ignored."""
        return all(plugin.status in _WORKING for plugin in self.plugins) and all(check.passed for check in self.checks)


def diagnose(*, host: Host | None = None, limits: ReadLimits | None = None) -> Diagnosis:
    """Check the installation and the main path, without writing.

    Args:
        host: Plugin host to check.
        limits: Limits in force.

    Example:
        >>> found = diagnose(host=Host(discover=False))
        >>> found.healthy, [check.name for check in found.checks]
        (True, ['read', 'country', 'score', 'report', 'document'])
    """
    owner, bounds = host or default_host(), limits or ReadLimits()
    core, optional = _read_requirements()
    checks = list(_run_self_check(owner, bounds))  # what fails in it is in the status of its plugin
    return Diagnosis(
        versions={
            "capbuild": _version("capbuild"),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}".strip(),
            **{name: _version(name) for name in core},
        },
        variables={name: os.environ[name] for name in _VARIABLES if name in os.environ},
        plugins=owner.plugin_infos,
        parts=[
            Part(
                name=extra,
                brings={name: _version(name) for name in names},
                suffixes=[suffix for suffix, part in KNOWN_PLUGINS.items() if part == extra],
            )
            for extra, names in sorted(optional.items())
        ],
        limits=attrs.asdict(bounds, filter=lambda attribute, _: bool(attribute.eq)),
        checks=checks,
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _read_requirements() -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    """Return required packages, and those of each extra.

    The extra `all` is left out, as it is the sum of the others.
    """
    core: list[str] = []
    extras: dict[str, list[str]] = {}
    for line in requires("capbuild") or ():
        match = _REQUIREMENT.match(line)
        extra = _EXTRA.search(match[4] or "") if match is not None else None
        if match is None or match[1] == "capbuild" or (extra is not None and extra[1] == "all"):
            continue
        (extras.setdefault(extra[1], []) if extra is not None else core).append(match[1])
    return tuple(sorted(core)), {name: tuple(parts) for name, parts in extras.items()}


def _sample() -> bytes:
    from capbuild.frameworks import load_bundled

    criteria = list(load_bundled("police_cyber").criteria)[:6]
    answers = {"Jamaica": ("yes", "no"), "St Lucia": ("don't know", "yes")}
    rows = (",".join([place, *(words[n % 2] for n in range(len(criteria)))]) for place, words in answers.items())
    return "\n".join([",".join(["country", *criteria]), *rows, ""]).encode()


def _run_self_check(host: Host, limits: ReadLimits) -> Iterator[SelfCheckStep]:
    """Run the steps on a sample until one fails."""
    trial = _SelfCheck(host, limits)
    for name in ("read", "country", "score", "report", "document"):
        try:
            yield SelfCheckStep(name=name, passed=True, found=getattr(trial, name)())
        except Exception as error:  # noqa: BLE001 - every error is a finding of the check
            yield SelfCheckStep(name=name, passed=False, found=f"{type(error).__name__}: {error}")
            return


@define
class _SelfCheck:
    """Main path on a sample, step by step."""

    host: Host
    limits: ReadLimits
    responses: tuple[Response, ...] = ()
    baseline: AssessmentSet | None = None

    def read(self) -> str:
        from capbuild.io import read

        reading = read(_sample(), name="sample.csv", host=self.host, limits=self.limits)
        reading.issues.raise_if("error")
        self.responses = reading.responses
        return str(reading)

    def country(self) -> str:
        codes = [response.country.alpha_2 for response in self.responses if response.country is not None]
        if codes != ["JM", "LC"]:
            raise ValueError(f"Jamaica and St Lucia were taken for {codes}")
        return "Jamaica is JM, St Lucia is LC"

    def score(self) -> str:
        from capbuild.frameworks import load_bundled
        from capbuild.scoring import AnswerReader, assess
        from capbuild.scoring.findings import findings_from_response

        framework = load_bundled("police_cyber")
        reader = AnswerReader.make(framework)
        read_responses = [
            findings_from_response(
                response, response.country, Source(id=response.id, kind=SourceKind.SURVEY, title="sample"), reader
            )
            for response in self.responses
            if response.country is not None
        ]
        day = Round(id="sample", kind=RoundKind.BASELINE, title="Made sample", reference_date=datetime.date(2000, 1, 1))
        findings = [finding for response_findings in read_responses for finding in response_findings.findings]
        self.baseline = assess(findings, framework, round=day, invented=True)
        return f"{len(findings)} findings, {len(self.baseline.assessments)} assessments by {framework.key}"

    def report(self) -> str:
        from capbuild.io import render

        page = render(self.baseline, "md", host=self.host)
        return f"a Markdown report of {len(str(page).splitlines())} lines"

    def document(self) -> str:
        from capbuild.documents import dumps, loads

        text = dumps(self.baseline)
        if loads(text) != self.baseline:
            raise ValueError("what was written as JSON came back as something else")
        return f"{len(text):,} characters of JSON, equal when loaded"


def bill_of_materials() -> dict[str, object]:
    """Return the bill of materials, as CycloneDX 1.6.

    It lists the installed distributions that capbuild and its plugins need, including those of extras. It has no date,
    so the same installation gives the same bill.
    """
    plugins = {point.dist.name for point in entry_points(group="capbuild") if point.dist is not None}
    distributions: dict[str, tuple[Distribution, list[str]]] = {}
    waiting = ["capbuild", *sorted(plugins)]
    while waiting:
        key = _canonical(waiting.pop())
        if key in distributions:
            continue
        try:
            installed = distribution(key)
        except PackageNotFoundError:
            continue  # an extra, or for another system
        needs = [_canonical(match[1]) for text in installed.requires or () if (match := _REQUIREMENT.match(text))]
        distributions[key] = (installed, sorted(set(needs)))
        waiting.extend(needs)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component("capbuild", distributions["capbuild"][0])},
        "components": [_component(key, distributions[key][0]) for key in sorted(distributions) if key != "capbuild"],
        "dependencies": [
            {
                "ref": _reference(key, installed),
                "dependsOn": [_reference(n, distributions[n][0]) for n in needs if n in distributions],
            }
            for key, (installed, needs) in sorted(distributions.items())
        ],
    }


def _canonical(name: str) -> str:
    """Return the name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _reference(name: str, one: Distribution) -> str:
    return f"pkg:pypi/{name}@{one.version}"


def _component(name: str, one: Distribution) -> dict[str, object]:
    licences = [one.metadata[key] for key in ("License-Expression", "License") if key in one.metadata]
    component: dict[str, object] = {
        "type": "library", "bom-ref": _reference(name, one), "name": name, "version": one.version,
        "purl": _reference(name, one),
    }  # fmt: skip
    first = next((text.strip().splitlines()[:1] for text in licences if text.strip()), [])
    return {**component, "licenses": [{"license": {"name": first[0][:100]}}]} if first else component
