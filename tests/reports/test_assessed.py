"""What a report draws of assessments: change, gaps, sources and corrections, each counted another way."""

import datetime
from collections import Counter

from attrs import evolve

from capbuild.model import AssessmentSet, Audience, Consent, Dissent, Dossier
from capbuild.reports import Square, Tally, Track, Words, build
from capbuild.text import Text
from tests.reports.looking import Context, figure, section

DAY = datetime.date(2016, 12, 31)


def test_changes_are_counted_by_move_and_country(endline: AssessmentSet, context: Context, dossier: Dossier) -> None:
    report = build(endline, context(dossier=dossier))
    assert dossier.change is not None
    counts = Counter(
        (c.country.name, "counts" if c.reliable else c.cause.value, c.move.value) for c in dossier.change.criteria
    )
    columns = [column.id for column in figure(report, "change").columns]
    shown = {row.cells[0].words: row.cells[1:3] for row in figure(report, "change").rows}
    rows = {row.cells[0].words: dict(zip(columns, row.cells, strict=True)) for row in figure(report, "change").rows}
    for name in ("Barbados", "Cuba", "Jamaica"):
        cells = {column: cell.words for column, cell in rows[name].items()}
        assert (int(cells["gained"]), int(cells["lost"])) == (
            counts[name, "counts", "gained"], counts[name, "counts", "lost"],
        )  # fmt: skip
        for cause in ("capacity", "source", "respondents"):
            column = "uncertain" if cause == "capacity" else cause
            assert int(cells.get(column, 0)) == counts[name, cause, "gained"] + counts[name, cause, "lost"]
        assert int(cells["newly_observed"]) == counts[name, "scope", "newly observed"]
    # Something was gained by hand count, and more through other sources: the test would see either go missing.
    assert sum(n for (_, kind, _), n in counts.items() if kind == "source") > 0
    # A mark stands for as many criteria as the caption says, and none is drawn for none.
    per = next(int(word) for word in figure(report, "change").caption.split() if word.isdigit() and int(word) < 10)
    for cells in shown.values():
        for cell in cells:
            assert (cell.marks if isinstance(cell, Tally) else 0) == -(-int(cell.words) // per)


def test_a_level_of_the_earlier_round_is_a_hollow_mark(
    baseline: AssessmentSet, endline: AssessmentSet, context: Context, dossier: Dossier
) -> None:
    page = build(endline["BB"], context(dossier=dossier))
    tracks = [row.cells[1] for row in figure(page, "levels").rows]
    for track, now in zip(tracks, endline["BB"].indicators, strict=True):
        before = baseline["BB"][now.capacity.id].plausible
        assert isinstance(track, Track)
        assert before is not None
        assert now.plausible is not None
        moved = before.settled and not (now.plausible.settled and now.plausible.lowest == before.lowest)
        assert track.earlier == (before.lowest if moved else None)
    assert not any(t.earlier for t in (row.cells[1] for row in figure(build(endline["BB"], context()), "levels").rows))


def test_the_squares_are_what_each_country_lacks(endline: AssessmentSet, context: Context, dossier: Dossier) -> None:
    matrix = figure(build(endline, context(dossier=dossier)), "needs")
    for place, column in enumerate(matrix.columns[1:], start=1):
        node = column.id.removeprefix("N-")
        having = 0
        for row in matrix.rows:
            square = row.cells[place]
            assert isinstance(square, Square)
            head = row.cells[0]
            assert isinstance(head, Words)
            score = endline[head.link.rpartition("/")[2]][node]
            lacking = len(score.lacking)
            assert square.size == (0 if not lacking else 1 if lacking == 1 else 2 if lacking < 4 else 3)
            assert square.open is (not lacking and bool(score.open))
            having += lacking > 0
        assert matrix.total is not None
        assert matrix.total.cells[place].words == str(having)


def test_corrections_stand_in_the_country_s_own_words(endline: AssessmentSet, context: Context) -> None:
    dissent = Dissent(
        target="MAN-1.2a", statement=Text("La ley existe desde 2011.", "es"), by="ministry", answer="Noted"
    )
    told = evolve(endline["BB"], dissents=[dissent])
    page = build(told, context(audience="country", language="fr"))
    (row,) = figure(page, "view").rows
    said = row.cells[1]
    assert isinstance(said, Words)
    assert (said.text, said.language, said.after) == ("«\xa0La ley existe desde 2011.\xa0»", "es", "(es)")
    consent = Consent(country="BB", audience=Audience.REGIONAL, date=DAY)
    assert consent in context().programme.disclosure.consents
    public = build(told, context(audience="regional"))
    assert "ministry" not in str(public)
    assert section(public, "view").lead.endswith("1 correction by the country is on record.")


def test_who_answered_is_told_in_the_language_of_the_report(endline: AssessmentSet, context: Context) -> None:
    page = endline["BB"]
    told = {"police": "policía", "Prosecution": "Ministerio Público", "coast guard": "coast guard"}
    for name, word in told.items():
        sources = [evolve(source, respondent=name) for source in page.sources]
        shown = build(evolve(page, sources=sources), context(audience="country", language="es"))
        headers = [column.title for one in shown.figures for column in one.columns if column.id.startswith("source-")]
        assert headers
        assert all(head.endswith(f", {word}") for head in headers)
