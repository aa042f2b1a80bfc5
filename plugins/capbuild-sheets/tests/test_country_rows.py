"""Rows that name the country of the rows below them; all figures are invented."""


def blocks(headers, first, second):
    return [
        ["Evaluación 2015"],
        [],
        headers,
        ["Honduras"],
        *first,
        ["El Salvador:"],
        *second,
        [],
        ["Leyenda: P = parcial"],
    ]


def test_rows_of_their_own_name_the_country_of_the_questions_below(read, make, said):
    headers = ["País / Indicador", "Valor", "Observaciones"]
    first = [["Personal", "12", "parcial"], ["Presupuesto", "4,5"]]
    second = [["Personal", "7"], ["Presupuesto", "3,25", "estimado"]]
    data = make({"Hoja1": blocks(headers, first, second)}, {"Hoja1": ["A4:C4"]})
    wanted = [("HN", {"Personal": 12, "Presupuesto": 4.5}), ("SV", {"Personal": 7, "Presupuesto": 3.25})]
    reading = read(data)
    assert said(reading) == wanted
    honduras, salvador = reading.responses
    assert (honduras["Personal"].comment, salvador["Presupuesto"].comment) == ("parcial", "estimado")
    assert str(salvador["Presupuesto"].origin) == "x.xlsx!Hoja1:B9"
    left = reading.reconciliation.sheets[0].rows_left_out
    assert (left["names the country of the rows below"], left["note below the table"]) == (2, 1)
    assert reading.reconciliation.adds_up


def test_rows_of_their_own_name_the_country_of_the_respondents_below(read, make):
    first, second = [["Police", "yes", 3], ["Army", "no", 4]], [["Ministry", "yes", 5]]
    reading = read(make({"S": blocks(["Institution", "Law?", "Staff"], first, second)}))
    assert [(r.country.alpha_2, r.respondent.pseudonym, r["Staff"].value) for r in reading.responses] == [
        ("HN", "Police", 3),
        ("HN", "Army", 4),
        ("SV", "Ministry", 5),
    ]


def test_countries_without_data_in_a_column_of_countries_are_no_such_rows(read, make):
    rows = [["Country", "Law?", "Staff"], ["Belize"], ["Guyana"], ["Cuba", "yes", 3], ["Peru", "no", 4], ["Chile"]]
    assert [r.country.alpha_2 for r in read(make({"S": rows})).responses] == ["BZ", "GY", "CU", "PE", "CL"]


def test_a_total_is_no_respondent_where_no_column_names_a_country(read, make):
    rows = [["Institution", "Staff"], ["Police", 3], ["Media", 4], ["TOTAL", 7]]
    reading = read(make({"Jamaica": rows}))
    assert [r.respondent.pseudonym for r in reading.responses] == ["Police", "Media"]
    assert reading.reconciliation.sheets[0].rows_left_out == {"a total or mean of other rows": 1}
    text = "Institution,Staff\nPolice,3\nTotal Energies,4\nTOTAL,7\n"
    assert [r.respondent.pseudonym for r in read(text.encode(), "x.csv").responses] == ["Police", "Total Energies"]
