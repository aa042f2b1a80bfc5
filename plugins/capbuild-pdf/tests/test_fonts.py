"""Fonts of the PDF: the scripts they hold, letters that none of them has, fonts of the user's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from capbuild_pdf.glyphs import read_characters

from capbuild.countries import all_countries, country_name
from capbuild.errors import WriteError
from capbuild.model import Assessment
from capbuild.plugins import RenderContext
from capbuild.reports.languages import BUILT_IN_LANGUAGES, load_texts
from tools.pdf_text import squeezed, text_of

FONTS = Path(__file__).parents[1] / "src" / "capbuild_pdf" / "fonts"

Pdf = Callable[..., bytes]


@pytest.mark.parametrize(("text", "language"), [("مرحبا بالعالم", "ar"), ("שלום עולם", "he"), ("Ελλάδα Київ", "und")])
def test_other_scripts_are_printed(pdf: Pdf, told: Callable[..., Assessment], text: str, language: str) -> None:
    data = pdf(told(text, language), RenderContext(kind="evidence"))
    said = text_of(data)
    assert "□" not in said
    assert set(squeezed(text)) <= set(squeezed(said)) or language == "ar"


def test_letters_without_a_glyph_are_told(pdf: Pdf, told: Callable[[str], Assessment]) -> None:
    said = squeezed(text_of(pdf(told("中 \U0001f600 \x07 \u202eabc"), RenderContext(kind="evidence"))))
    assert "□" in said
    assert "U+0007,U+4E2D,U+1F600." in said
    assert "\u202e" not in said


def test_a_folder_of_the_users_adds_fonts(pdf: Pdf, told: Callable[[str], Assessment], tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    with pytest.raises(WriteError, match=r"broken\.ttf is not a font"):
        pdf(told("x"), RenderContext(), fonts=str(tmp_path))
    (tmp_path / "broken.ttf").write_bytes((FONTS / "noto-sans-hebrew.ttf").read_bytes())
    assert pdf(told("x"), RenderContext(), fonts=str(tmp_path), paper="us-letter").startswith(b"%PDF")


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.[ot]tf")), ids=lambda path: path.name)
def test_letters_of_a_font_are_those_that_fonttools_finds(path: Path) -> None:
    fonts = pytest.importorskip("fontTools.ttLib", reason="fonttools is not installed")
    assert read_characters(path) == frozenset(fonts.TTFont(path).getBestCmap())


def test_fonts_are_small_and_carry_their_licence() -> None:
    assert sum(path.stat().st_size for path in FONTS.iterdir()) <= 500_000
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(path.name in licence or "capbuild-sans-*.otf" in licence for path in FONTS.glob("*.[ot]tf"))


def test_the_fonts_cover_the_messages_and_the_names_of_countries() -> None:
    wanted = {c for language in BUILT_IN_LANGUAGES for message in load_texts(language).values() for c in str(message)}
    wanted |= {
        c for language in BUILT_IN_LANGUAGES for country in all_countries() for c in country_name(country, language)
    }
    for face in FONTS.glob("capbuild-sans-*.otf"):
        assert {c for c in wanted if c.isprintable() and ord(c) not in read_characters(face)} == set()
