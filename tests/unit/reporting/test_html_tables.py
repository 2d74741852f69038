"""Tables whose header cells say what they are the headers of."""

from __future__ import annotations

from xml.etree import ElementTree

from indicators.reporting.tables import Cell, HeaderCell, html_table


def table_element(
    heads: list[list[HeaderCell]], rows: list[tuple[str, list[Cell]]]
) -> ElementTree.Element:
    return ElementTree.fromstring(html_table(heads, rows).replace("<br>", "<br/>"))


def test_each_row_has_a_name_and_each_column_a_header() -> None:
    tree = table_element(
        [[HeaderCell("Area", number=False), HeaderCell("Count")]], [("Lahti", [Cell("5")])]
    )
    heads = tree.findall("thead/tr/th")
    assert [(head.text, head.get("scope")) for head in heads] == [("Area", "col"), ("Count", "col")]
    [name] = tree.findall("tbody/tr/th")
    assert (name.text, name.get("scope")) == ("Lahti", "row")
    assert [cell.text for cell in tree.findall("tbody/tr/td")] == ["5"]


def test_headers_of_two_rows_span_what_is_below_them() -> None:
    heads = [
        [
            HeaderCell("Figure", number=False),
            HeaderCell("Region", span=2),
            HeaderCell("Country", span=2),
        ],
        [
            HeaderCell(""),
            HeaderCell("now"),
            HeaderCell("change"),
            HeaderCell("now"),
            HeaderCell("change"),
        ],
    ]
    tree = table_element(heads, [("Unemployed", [Cell(str(n)) for n in range(4)])])
    upper, lower = tree.findall("thead/tr")
    first, *groups = upper
    assert (first.get("rowspan"), first.get("scope")) == ("2", "col")
    assert [(item.get("colspan"), item.get("scope")) for item in groups] == [("2", "colgroup")] * 2
    assert [item.text for item in lower] == ["now", "change", "now", "change"]
    columns = sum(int(item.get("colspan", "1")) for item in upper)
    assert columns == 1 + len(tree.findall("tbody/tr/td"))


def test_no_header_spans_what_it_need_not() -> None:
    tree = table_element([[HeaderCell("Area"), HeaderCell("Count")]], [])
    assert all(
        "rowspan" not in item.attrib and "colspan" not in item.attrib for item in tree.iter()
    )


def test_numbers_stand_to_the_right_and_texts_do_not() -> None:
    tree = table_element(
        [[HeaderCell("Area", number=False)]], [("x", [Cell("5"), Cell("text", number=False)])]
    )
    number, text = tree.findall("tbody/tr/td")
    assert "right" in number.get("style", "")
    assert text.get("style") is None


def test_signs_of_html_are_written_as_text() -> None:
    bad = "<b>&\"'"
    tree = table_element([[HeaderCell(bad)]], [(bad, [Cell(bad, bad)])])
    assert tree.find("thead/tr/th").text == bad  # type: ignore[union-attr]
    assert tree.find("tbody/tr/th").text == bad  # type: ignore[union-attr]
    assert tree.find("tbody/tr/td").text == bad  # type: ignore[union-attr]
    assert tree.find("tbody/tr/td/small").text == bad  # type: ignore[union-attr]
    assert tree.find(".//b") is None


def test_a_note_stands_below_the_text() -> None:
    cell = table_element([[HeaderCell("a")]], [("x", [Cell("53", "(51–54)")])]).find("tbody/tr/td")
    assert cell is not None
    assert [child.tag for child in cell] == ["br", "small"]


def test_a_unit_is_not_broken_off_its_name() -> None:
    text = html_table([[HeaderCell("Alue"), HeaderCell("Osuus, %")]], [("Aste, %", [Cell("1")])])
    assert ">Osuus,\N{NO-BREAK SPACE}%</th>" in text
    assert ">Aste,\N{NO-BREAK SPACE}%</th>" in text
