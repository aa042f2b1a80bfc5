"""Pages in one file and in a set: links, structure, style, fonts."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from capbuild_html import HtmlOptions, register_writers
from capbuild_html.render import escape_css

from capbuild.escaping import source_hash
from capbuild.model import AssessmentSet
from capbuild.plugins import Host, RenderContext, make_options
from capbuild.reports import LinkTargets
from capbuild.reports.languages import BUILT_IN_LANGUAGES, load_texts

WRITER = next(one for one in register_writers() if one.name == "html")
FONTS = Path(__file__).parents[1] / "src" / "capbuild_html" / "fonts"


class Outline(HTMLParser):
    """Headings, tables and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables: list[dict[str, int]] = []
        self.described: list[str] = []
        self.hidden = 0
        self.loose = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.tables.append({"caption": 0, "scopes": 0, "headers": 0})
            self.described += [values["aria-describedby"] or ""] if "aria-describedby" in values else []
        if tag == "caption":
            self.tables[-1]["caption"] += 1
        if tag == "th":
            self.tables[-1]["headers"] += 1
            self.tables[-1]["scopes"] += "scope" in values
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values["href"] or ""] if tag == "a" else []


def single(subject: AssessmentSet, context: RenderContext, **options: object) -> str:
    return "".join(WRITER.write(subject, context, make_options(HtmlOptions, options, "html")))


@pytest.fixture(scope="module")
def page(baseline: AssessmentSet, context: RenderContext) -> str:
    return single(baseline, context)


def test_the_plugin_is_found() -> None:
    assert "html" in Host().writers


def test_ids_are_unique_and_links_inside_lead_somewhere(page: str) -> None:
    outline = Outline(page)
    assert {"region", "main"} <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))
    inside = [link[1:] for link in outline.links if link.startswith("#")]
    assert set(inside) <= set(outline.ids)
    assert "Grenada, " not in page, "a profile is a document of its own"


def test_documents_beside_each_other_are_linked_both_ways(baseline: AssessmentSet, context: RenderContext) -> None:
    pages = {"regional": "../r.html", "profile": "{country}.html", "evidence": "e/{country}.html"}

    def read(kind: str, country: str = "BB") -> Outline:
        return Outline(single(baseline, evolve(context, kind=kind, country=country, pages=pages)))

    profile, evidence, region = read("profile"), read("evidence"), read("regional", "")
    assert {"BB.html", "GD.html"} <= set(region.links)
    assert "../r.html" in profile.links
    there = {link.removeprefix("e/BB.html#") for link in profile.links if link.startswith("e/BB.html#")}
    back = {link.removeprefix("BB.html#") for link in evidence.links if link.startswith("BB.html#")}
    assert there
    assert there <= set(evidence.ids)
    assert back
    assert back <= set(profile.ids)
    alone = Outline(single(baseline, evolve(context, kind="profile", country="BB")))
    assert all(link[1:] in alone.ids for link in alone.links)  # the contents lead to its sections, and nothing away


def test_a_report_stays_small(page: str) -> None:
    assert len(page) < 400_000


def test_headings_never_skip_a_level(page: str) -> None:
    headings = Outline(page).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_every_table_has_a_caption_and_every_head_a_scope(page: str) -> None:
    outline = Outline(page)
    assert outline.tables
    for table in outline.tables:
        assert table["caption"] == 1
        assert table["headers"] == table["scopes"] > 0
    assert set(outline.described) <= set(outline.ids)


def test_nothing_is_asked_from_outside(page: str) -> None:
    assert "default-src 'none'" in page
    assert "unsafe-inline" not in page
    for name in ("style", "script"):
        (source,) = re.findall(rf"<{name}>(.*?)</{name}>", page, flags=re.DOTALL)
        assert f"{name}-src {source_hash(source)}" in page
    assert not re.search(r"url\((?!data:)", page)
    assert not re.search(r"\s(src|style|on\w+)=", re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL))
    assert "@import" not in page


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_the_language_is_named_and_invented_answers_say_so(
    baseline: AssessmentSet, context: RenderContext, language: str
) -> None:
    made = single(baseline, evolve(context, language=language))
    words = str(load_texts(language)["invented"])
    assert f'<html lang="{language}">' in made
    figures = made.count('<p class="key') + made.count('<div class="above">')
    assert made.count(f'<span class="made-up">{words}</span>') == figures >= 4
    assert made.count(f"<strong>{words}.</strong>") == 1


def test_the_label_stands_on_every_page_and_in_print(page: str) -> None:
    assert page.count('<p class="tlp tlp-amber">TLP:AMBER</p>') == 1
    assert re.search(r"@top-right\{content:\"TLP:AMBER\"", page)


def test_own_templates_and_style_come_first(baseline: AssessmentSet, context: RenderContext, tmp_path: Path) -> None:
    (tmp_path / "script.js").write_text("/* nothing */", "utf-8")
    made = single(baseline, context, templates=str(tmp_path), style=".title{color:#000}</style><script>")
    assert "/* nothing */" in made
    assert "addEventListener" not in made
    assert ".title{color:#000}" in made
    assert made.count("<script>") - made.count("<\\/style><script>") == 1
    assert made.count("</style>") == 1


@pytest.mark.parametrize("text", ['a"b', "</style>", "\\", "\n", "é — ✓", "; } body { }"])
def test_css_strings_cannot_be_left(text: str) -> None:
    inner = str(escape_css(text))[1:-1]
    assert not re.search(r'["<>;{}\n]', inner)
    unescaped = re.sub(r"\\([0-9a-f]{1,6}) ", lambda match: chr(int(match[1], 16)), inner)
    assert unescaped == text


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("https://example.org/a?b=1", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://[", False),
        ("file:///etc/passwd", False),
        ("https://example.org/\u202egpj.exe", False),
    ],
)
def test_only_web_addresses_are_followed(link: str, followed: bool) -> None:
    assert LinkTargets(pages={})(link) == (link if followed else "")


def test_fonts_are_small_and_carry_their_licence() -> None:
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) <= 100_000
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name 'Source'" in licence


@pytest.mark.parametrize("face", sorted(path.name for path in FONTS.glob("*.woff2")))
def test_the_font_covers_the_messages_and_the_names_of_countries(face: str) -> None:
    pytest.importorskip("brotli", reason="reading woff2 needs brotli")
    fonts = pytest.importorskip("fontTools.ttLib", reason="fonttools is not installed")
    from capbuild.countries import all_countries, country_name

    font = fonts.TTFont(FONTS / face)
    family = font["name"].getDebugName(1)
    assert family == "Capbuild Sans"
    wanted = {c for language in BUILT_IN_LANGUAGES for message in load_texts(language).values() for c in str(message)}
    wanted |= {
        c for language in BUILT_IN_LANGUAGES for country in all_countries() for c in country_name(country, language)
    }
    assert {c for c in wanted if c.isprintable() and ord(c) not in font.getBestCmap()} == set()


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def list_colours() -> dict[str, dict[str, str]]:
    """Colours by scheme, with the letters on levels as they are told by the classes."""
    style = (FONTS.parent / "style.css").read_text("utf-8")
    light, _, dark = style.partition("@media screen and (prefers-color-scheme:dark)")
    return {
        name: dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", part)) for name, part in (("light", light), ("dark", dark))
    }


COLOURS = list_colours()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "hatch", 4.5),
        ("ink", "l1", 4.5),
        ("ink", "l2", 4.5),
        ("second", "slot", 4.5),
        ("rule", "hatch", 3.0),
        ("accent", "slot", 4.5),
        ("accent", "hatch", 3.0),
    ],
)
def test_contrast_on_every_ground(text: str, ground: str, least: float, scheme: str) -> None:
    assert contrast(COLOURS[scheme][text], COLOURS[scheme][ground]) >= least


def list_level_colours() -> dict[tuple[str, str], dict[str, str]]:
    """Declarations of the classes of levels, by scheme and class; those of the dark one come on top."""
    style = (FONTS.parent / "style.css").read_text("utf-8")
    light, _, dark = style.partition("@media screen and (prefers-color-scheme:dark)")
    found: dict[tuple[str, str], dict[str, str]] = {}
    for scheme, part in (("light", light), ("dark", light), ("dark", dark)):
        for classes, body in re.findall(r"(?<=[\s}])((?:\.l[1-5],?)+)\{([^}]*)\}", part):
            for level in re.findall(r"l[1-5]", classes):
                declared = dict(one.split(":") for one in body.split(";") if one)
                found.setdefault((scheme, level), {}).update(declared)
    return found


def resolve_colour(text: str, scheme: str) -> str:
    """Colour of a declaration, as six digits."""
    name = re.fullmatch(r"var\(--(\w+)\)", text)
    colour = COLOURS[scheme][name[1]] if name else text
    return colour if len(colour) == 7 else "#" + "".join(2 * one for one in colour[1:])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("level", ["l1", "l2", "l3", "l4", "l5"])
def test_contrast_of_letters_on_levels(scheme: str, level: str) -> None:
    declared = list_level_colours()[scheme, level]
    letters, ground = (resolve_colour(declared[name], scheme) for name in ("color", "background"))
    assert contrast(letters, ground) >= 4.5
