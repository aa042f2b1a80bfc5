"""Pages that draw layouts: every cell once, by its use; nothing private, nothing from outside, no markup of cells."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.model import Answer, Response, Survey
from capbuild.notebook.layout import BUCKETS

from .test_style import contrast

AMERICAS = Path(__file__).parents[2] / "examples" / "americas-2015"
STYLE = Path(cb.__file__).parent / "notebook" / "layout.css"
TEXT = (
    "Police units 2016,,\nCountry,Law,Staff\nPeru,yes,4\nCuba,no,7\nChile,yes,2\nTotal,,13\n"
    "Source: ministries of the interior,,\n"
)
#: Uses by hand, of the cells of TEXT.
BY_HAND = {"A1": "title", "A2": "header", "B2": "header", "C2": "header", "A3": "key", "B3": "answer", "C3": "answer",
           "A4": "key", "B4": "answer", "C4": "answer", "A5": "key", "B5": "answer", "C5": "answer"}  # fmt: skip
NAMES = {key: name for key, _, name in BUCKETS.values()} | {"b7": "left out"}


class Drawn(HTMLParser):
    """What a browser makes of a page: tags with their attributes, and the text of each cell that has a use."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.cells, self._cell = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.tags.append((tag, named))
        uses = [NAMES[key] for key in named.get("class", "").split() if key in NAMES]
        if tag == "td" and uses:
            self._cell = [named["title"].partition(":")[0], *uses, ""]
            self.cells.append(self._cell)

    def handle_data(self, data):
        if self._cell is not None:
            self._cell[-1] += data

    def handle_endtag(self, tag):
        if tag == "td":
            self._cell = None

    @property
    def uses(self):
        return {place: use for place, use, _ in self.cells}

    @property
    def texts(self):
        return {place: text for place, _, text in self.cells}

    @property
    def links(self):
        return [named["href"] for tag, named in self.tags if tag == "a"]

    @property
    def ids(self):
        return [named["id"] for _, named in self.tags if "id" in named]


def drawn(reading, source=None, **options):
    return Drawn(reading.layout.show(source, **options).html)


def drawn_text(text, **options):
    data = text.encode()
    return drawn(cb.read(data, name="a.csv", **options), data)


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def expected(reading):
    """Return the cells of each use by the account of the reading."""
    found = Counter()
    for sheet in reading.reconciliation.sheets:
        found.update(sheet.buckets)
        found["left out"] += sum(sheet.left_out.values())
    return +found


def test_each_cell_has_the_use_that_a_person_sees():
    page = drawn_text(TEXT)
    assert page.uses == BY_HAND | {"A6": "left out", "C6": "left out", "A7": "left out"}
    assert page.texts["A1"] == "Police units 2016"


@pytest.mark.parametrize("name", ["returns/belize.csv", "returns/academias.csv", "network/contacts.csv", "budget.csv"])
def test_as_many_cells_are_coloured_as_the_account_counts(name):
    reading = cb.read(AMERICAS / name)
    assert Counter(use for _, use, _ in drawn(reading).cells) == expected(reading)


@pytest.mark.parametrize("name", ["visits/honduras.csv", "returns/belize.csv", "desk/evidence-2017.csv"])
def test_the_legend_counts_what_the_account_counts(name):
    reading = cb.read(AMERICAS / name)
    legend = re.findall(r"</i>([a-z ]+) <b>([\d,]+)</b></label>", reading.layout.show().html)
    assert {use: int(count.replace(",", "")) for use, count in legend} == expected(reading)


CELLS = st.sampled_from(["", "Peru", "Cuba", "Chile", "yes", "no", "4", "2013", "Law", "Country", "Total", "a@b.org"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=9), st.booleans())
def test_any_table_is_drawn_as_it_is_counted(rows, private):
    data = "".join(",".join(row) + "\n" for row in [["Country", "Law", "E-mail"], *rows]).encode()
    reading = cb.read(data, name="a.csv", drop_personal=private)
    page = drawn(reading, data)
    assert Counter(use for _, use, _ in page.cells) == expected(reading)
    assert not any("@" in text for text in page.texts.values())


def test_steps_are_linked_with_the_cells_they_used():
    html = cb.read(TEXT.encode(), name="a.csv").layout.show(TEXT.encode()).html
    steps = re.findall(r"<label class=\"\" for=\"[^\"]+\">([^<]+)</label> <a [^>]+>([A-Z0-9:]+)</a>", html)
    assert [(words, place) for words, place in steps if "column" not in words] == [
        ("row 1 above the header: titles and notes", "A1"),
        ("row 2: the header", "A2:C2"),
        ("leave out repeated headers, totals and notes", "A6:C7"),
    ]
    title = re.search(r'title="(B3[^"]+)"', html)
    assert title
    assert title[1] == "B3: answer, step 5"


def test_all_links_lead_to_a_cell_or_a_sheet(tmp_path):
    rows = [["Country", "Law", "Staff"], ["Peru", "yes", 4], ["Cuba", "no", 7], ["Total", None, 11]]
    reading = cb.read(workbook(tmp_path / "a.xlsx", One=rows, Two=rows))
    page = drawn(reading)
    assert len(page.ids) == len(set(page.ids))
    assert len(page.links) > 6
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def test_cells_headers_and_names_of_sheets_are_no_markup(tmp_path):
    rows = [["Country", HOSTILE, "Staff"], ["Peru", HOSTILE, 4], ["Cuba", "</td></table>", 7], [HOSTILE]]
    reading = cb.read(workbook(tmp_path / "<b onclick=x>&.xlsx", **{"<i>'\"&": rows, "Two": rows}))
    html = reading.layout.show().html
    page = Drawn(html)
    assert not {tag for tag, _ in page.tags} & {"script", "img", "b onclick"}
    assert not [name for _, named in page.tags for name in named if name.startswith("on") or name == "src"]
    assert page.texts["B2"].startswith('"><script>')
    assert "<i>'" not in html


def test_the_page_needs_nothing_from_outside():
    html = cb.read(TEXT.encode(), name="a.csv").layout.show(TEXT.encode()).html
    assert not re.findall(r"https?:|@import|url\(|<link|<script|src=", html)
    assert "default-src 'none'" in html


PERSONS = "Country,Law,Respondent e-mail,Full name\nPeru,yes,ana@police.pe,Ana Diaz\nCuba,no,eva@mai.cu,Eva Ruiz\n"
SECRETS = ("ana@", "eva@", "Diaz", "Ruiz")


@pytest.mark.parametrize("drop", [True, False])
def test_private_cells_show_no_content(drop):
    data = PERSONS.encode()
    reading = cb.read(data, name="a.csv", drop_personal=drop)
    html = reading.layout.show(data).html
    assert not [word for word in SECRETS if word in html]
    page = Drawn(html)
    assert {page.texts[place] for place in ("C2", "C3", "D2", "D3")} == {"private"}
    assert page.uses["C2"] == ("private" if drop else "answer")


def test_a_person_in_a_row_that_is_left_out_is_not_shown():
    data = f"{PERSONS}Total,,,Ana Maria Diaz\n".encode()
    reading = cb.read(data, name="a.csv")
    page = drawn(reading, data)
    assert (page.uses["D4"], page.texts["D4"], page.texts["A4"]) == ("left out", "private", "Total")


def test_of_a_reading_without_personal_data_nothing_that_was_left_out_is_shown():
    data = f"{PERSONS}Source: the office of Ana Diaz,,,\n".encode()
    assert "office of" in cb.read(data, name="a.csv").layout.show(data).html
    page = drawn(cb.read(data, name="a.csv", drop_personal=True), data)
    assert (page.uses["A4"], page.texts["A4"]) == ("left out", "private")


@pytest.mark.parametrize(
    "line", ["Contact e-mail:,ana@police.pe,", "Write to eva@mai.cu,,", "Full name:,Ana Diaz,", "Full name: Eva Ruiz,,"]
)
def test_persons_around_a_table_are_not_shown(line):
    text = f"{line}\nCountry,Law,Staff\nPeru,yes,4\nCuba,no,7\n"
    html = cb.read(text.encode(), name="a.csv").layout.show(text.encode()).html
    assert not [word for word in SECRETS if word in html]


def test_persons_in_rows_that_ask_are_not_shown():
    text = "Country,Question,Answer\n" + "".join(
        f"{country},{question},{answer}\n"
        for country, name in (("Peru", "Ana Diaz"), ("Cuba", "Eva Ruiz"))
        for question, answer in (("Law?", "yes"), ("Staff?", "4"), ("Full name", name))
    )
    reading = cb.read(text.encode(), name="a.csv")
    assert reading.layout.tables[0].shape == "long"
    html = reading.layout.show(text.encode()).html
    assert not [word for word in SECRETS if word in html]


def test_a_large_sheet_is_drawn_in_part_and_counted_as_a_whole():
    header = ["Country", *(f"Q{n}" for n in range(99))]
    rows = [header, *([("Peru", "Cuba")[n % 2], *(str(n % 7) for _ in range(99))] for n in range(999)), ["Source: x"]]
    data = "".join(",".join(row) + "\n" for row in rows).encode()
    reading = cb.read(data, name="a.csv")
    html = reading.layout.show(data).html
    page = Drawn(html)
    assert len({re.sub(r"[A-Z]+", "", place) for place in page.uses}) == 200
    assert len({re.sub(r"\d+", "", place) for place in page.uses}) == 60
    assert page.uses["A1001"] == "left out"
    # 199 full rows of 60 cells and the note are drawn, of 1,000 rows of 100 and the note.
    assert f"Not drawn: 801 rows and 40 columns with {100_000 - 199 * 60:,} cells" in html
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_what_is_not_at_hand_cannot_be_drawn(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(TEXT, encoding="utf-8")
    layout = cb.read(file).layout
    file.write_text(TEXT.replace("Peru", "Haiti"), encoding="utf-8")
    with pytest.raises(cb.ReadError, match="has changed since it was read"):
        layout.show()
    file.unlink()
    with pytest.raises(cb.ReadError, match="is not there to be drawn") as missing:
        layout.show()
    assert "layout.show(source)" in (missing.value.remedy or "")
    assert Drawn(layout.show(TEXT.encode()).html).cells


def test_options_of_the_reading_are_needed_to_draw_it():
    data = b"x,y,z\nCountry,Law,Staff\nPeru,yes,4\nCuba,no,7\n"
    options = {"header_row": 1}
    layout = cb.read(data, name="a.csv", options=options).layout
    with pytest.raises(cb.ReadError, match="not those that were read"):
        layout.show(data)
    assert Drawn(layout.show(data, options=options).html).uses["A1"] == "header"


def test_a_format_without_tables_has_no_layout_to_draw(tmp_path):
    reading = Survey(file="a", format="x", responses=[Response(id="1", answers=[Answer("law", "yes")])])
    cb.dump(reading, tmp_path / "a.json")
    found = cb.read(tmp_path / "a.json")
    assert (found.layout.tables, found.layout.confidence) == ((), 1.0)
    with pytest.raises(cb.OptionError, match="no layout to draw"):
        found.layout.show()


def test_a_notebook_shows_the_page_and_a_file_keeps_it(tmp_path):
    page = cb.read(TEXT.encode(), name="a.csv").layout.show(TEXT.encode())
    assert page.save(tmp_path / "new" / "a.html").read_text("utf-8") == page.html
    assert page._repr_html_() in page.html
    assert repr(page) == "HtmlPage(title='Layout of a.csv')"


def grounds():
    """Return the colours of the light ground and of each block for dark ones."""
    return [
        dict(re.findall(r"--(\w+): ([^;}]+)", block))
        for block in re.findall(r"{([^{}]*--i:[^{}]*)}", STYLE.read_text())
    ]


@pytest.mark.parametrize("ground", range(3))
def test_texts_are_read_on_the_colour_of_each_use(ground):
    colours = grounds()[ground]
    for use in range(1, 8):
        assert contrast(colours[f"b{use}"], colours[f"t{use}"]) >= 4.5, use
    for use in (6, 7):
        assert contrast(colours[f"p{use}"], colours[f"t{use}"]) >= 4.5, use
    for text in "iqlr":
        assert contrast(colours[text], colours["s"]) >= 4.5, text
        assert contrast(colours[text], colours["w"]) >= 4.5, text


def test_each_use_has_a_letter_of_its_own():
    letters = dict(re.findall(r"td\.(b\d)::before { content: \"(\w)\"", STYLE.read_text()))
    assert letters == {key: letter for key, letter, _ in BUCKETS.values()} | {"b7": "X"}
    assert len(set(letters.values())) == 7
