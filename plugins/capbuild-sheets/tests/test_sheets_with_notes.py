"""Notes below a table, and forms in several blocks, of workbooks. All answers are invented."""


def test_a_sheet_with_notes_is_no_list_of_values(make, read):
    rows = [["Country", "Law?", "Staff"], ["Peru", "yes", 4], ["Chad", "no", 5], ["Kenya", "partly", 6]]
    later = [["Country", "Law?", "Staff"], ["Peru", "partly", 7], ["Chad", "no", 8], ["Kenya", "yes", 9]]
    notes = [["Source: UN-XY"], ["* Note: provisional"]]
    reading = read(make({"2023": rows, "2024": [*later, *notes]}))
    assert sorted(a.value for r in reading.responses for a in r.answers if isinstance(a.value, int)) == [
        4,
        5,
        6,
        7,
        8,
        9,
    ]


def test_blocks_of_a_form_below_a_cover_go_on(make, read):
    cover = [["Country", "Peru"], ["Date", "2023-03-17"]]
    form = [
        ["Is there a law?", "yes"],
        ["How many officers?", 4],
        [None, None],
        ["Is there a plan?", "no"],
        ["Labs", 2],
    ]
    reading = read(make({"Cover": cover, "Part A": form}))
    assert {str(r.country) for r in reading.responses} == {"Peru"}
    assert {"Is there a law?", "How many officers?", "Is there a plan?", "Labs"} <= {
        a.question for r in reading.responses for a in r.answers
    }


def test_a_table_with_the_header_of_another_is_no_list_of_values(make, read):
    head = ["Country", "Staff trained last year", "Law?", "Budget"]
    first = [head, ["Peru", 4, "yes", 10], ["Kenya", 5, "no", 20], ["Chad", 6, "yes", 30]]
    second = [head, ["Peru", 7, "yes", 40], ["Kenya", 8, "no", 50], ["Chad", None, None, 60]]
    reading = read(make({"Answers": [["A. Police"], *first, [], ["B. Courts"], *second]}))
    assert {40, 50, 60} <= {a.value for r in reading.responses for a in r.answers}
