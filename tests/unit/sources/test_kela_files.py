"""Kela's files: each of the traps of its form, and what is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from fixtures.kela import HEADER, SEXES, TOTAL, Row, mark_made_up, row, write_rows
from indicators.errors import DataError, UsageError
from indicators.provenance import hash_file
from indicators.sources.kela.folder import CofinancedBenefits, read_cofinanced

OLDER = {
    "aikatyyppi": "aikajakso",
    "kunta_nro": "kuntanumero",
    "kunta_nimi": "kunta",
    "saaja_lkm": "saajat",
    "korvattu_paiva_lkm": "korvatut_paivat",
    "maksettu_eur": "maksetut_etuudet_euroa",
}


def read(folder: Path, rows: list[Row], **options: object) -> CofinancedBenefits:
    write_rows(folder / "kela.csv", rows, **options)  # type: ignore[arg-type]
    benefits = read_cofinanced(folder)
    assert benefits is not None
    return benefits


def sums(benefits: CofinancedBenefits) -> pd.DataFrame:
    return benefits.rows.set_index(["area", "month"])


def parts(area: str, month: str, *numbers: tuple[str, object, object, object]) -> list[Row]:
    return [row(area, month, *rest, tyomarkkinatukipaiva_luokka=name) for name, *rest in numbers]


def test_only_rows_of_months_count_and_age_and_sex_are_added_up(tmp_path: Path) -> None:
    rows = [
        row("398", "2023-01", 10, "100.25", "50.10"),
        row("398", "2023-01", 5, "50.25", "25", sukupuoli=SEXES[1]),
        row("398", "2023-01", 7, "1", "1", ikaryhma="Tieto puuttuu", sukupuoli="Tuntematon"),
        row("398", "2023-01", 999, "9", "9", aikatyyppi="Vuosikertymä"),
        row("398", "2023-01", 999, "9", "9", aikatyyppi="Vuosi"),
    ]
    found = sums(read(tmp_path, rows)).loc[("KU398", "2023-01")]
    assert (found["recipients"], found["euros"], found["municipal_euros"]) == (22, 151.5, 76.1)


def test_totals_beside_their_parts_are_taken_once_and_parts_without_total_bound_persons(
    tmp_path: Path,
) -> None:
    both = parts(
        "398", "2023-01", ("300-499", 6, 60, 30), ("500-999", 5, 50, 25), (TOTAL, 10, 110, 55)
    )
    # Nobody knows whether one person is in both classes.
    alone = parts("098", "2023-01", ("300-499", 6, 60, 30), ("500-999", 5, 50, 25))
    found = sums(read(tmp_path, [*both, *alone]))
    for area, least, most in (("KU398", 10, 10), ("KU098", 6, 11)):
        figures = found.loc[(area, "2023-01")]
        assert (figures["recipients_low"], figures["recipients"]) == (least, most)
        assert (figures["euros"], figures["municipal_euros"]) == (110, 55)


def test_unknown_municipality_repayments_and_missing_cells(tmp_path: Path) -> None:
    rows = [
        row("199", "2023-01", 4, 40, 20, kunta_nimi="Tuntematon"),
        row("016", "2023-01", 4, "-40.5", "-20.25"),
        row("098", "2023-01", 4, 40, None),
        row("098", "2023-01", 4, 40, 20, sukupuoli=SEXES[1]),
    ]
    found = sums(read(tmp_path, rows))
    assert found.loc[("KU199", "2023-01"), "euros"] == 40
    assert found.loc[("KU016", "2023-01"), "municipal_euros"] == -20.25
    # A sum of which a part is missing is not known; what is known stays.
    assert pd.isna(found.loc[("KU098", "2023-01"), "municipal_euros"])
    assert found.loc[("KU098", "2023-01"), "euros"] == 80


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("older", [False, True])
def test_older_and_present_columns_with_both_delimiters(
    tmp_path: Path, delimiter: str, *, older: bool
) -> None:
    names = OLDER if older else {}
    each = row("398", "2023-01", 3, "1500.75", "750.25")
    header = [names.get(name, name) for name in HEADER]
    renamed = {names.get(name, name): value for name, value in each.items()}
    path = write_rows(tmp_path / "kela.csv", [renamed], delimiter=",", header=header)
    if delimiter == ";":
        text = path.read_text(encoding="utf-8").replace(",", ";").replace(".", ",")
        path.write_bytes(text.encode("cp1252"))
    benefits = read_cofinanced(tmp_path)
    assert benefits is not None
    found = sums(benefits).loc[("KU398", "2023-01")]
    assert (found["recipients"], found["euros"], found["municipal_euros"]) == (3, 1500.75, 750.25)


def test_areas_of_the_country_and_of_employment_areas(tmp_path: Path) -> None:
    country = [name for name in HEADER if not name.startswith("kunta_n")]
    write_rows(tmp_path / "country.csv", [row("", "2025-01", 9, 90, 45)], header=country)
    area = row("", "2025-01", 5, 50, 25) | {"tyollisyysalue_nimi": "Somewhere"}
    header = [*country, "tyollisyysalue_nimi"]
    write_rows(tmp_path / "areas.csv", [area], header=header)
    # Kela writes names; which code that is, the key says.
    names = {"päijät-häme": "TA31"}
    benefits = read_cofinanced(tmp_path, area_codes=names)
    assert benefits is not None
    [note] = benefits.notes
    assert "areas.csv left out: 1 rows are of employment areas" in note
    write_rows(
        tmp_path / "areas.csv",
        [area | {"tyollisyysalue_nimi": "Päijät-Häme työllisyysalue"}],
        header=header,
    )
    benefits = read_cofinanced(tmp_path, area_codes=names)
    assert benefits is not None
    assert sums(benefits)["euros"].to_dict() == {("SSS", "2025-01"): 90, ("TA31", "2025-01"): 50}


def test_all_problems_of_a_file_come_at_once_with_row_and_column(tmp_path: Path) -> None:
    good = row("398", "2023-01", 4, 40, 20)
    rows = [
        good,
        row("Lahti", "2023-01", 4, 40, 20),
        good | {"vuosikuukausi": "20231", "sukupuoli": SEXES[1]},
        row("016", "2023-01", "many", 40, 20),
        row("098", "2023-01", -1, "4O", 20),
    ]
    write_rows(tmp_path / "kela.csv", rows)
    with pytest.raises(DataError) as caught:
        read_cofinanced(tmp_path)
    text = str(caught.value) + "\n".join(caught.value.details)
    assert caught.value.exit_status == 3
    for place in (
        "row 3, column kunta_nro",
        "row 4, column vuosikuukausi",
        "row 5, column saaja_lkm",
        "row 6, column saaja_lkm",
        "row 6, column maksettu_eur",
    ):
        assert place in text
    assert "4O" not in text


def test_a_key_that_comes_twice_is_refused_within_a_file_and_between_files(tmp_path: Path) -> None:
    twice = row("398", "2023-01", 4, 40, 20)
    write_rows(tmp_path / "one.csv", [twice, row("016", "2023-01", 4, 40, 20), twice])
    with pytest.raises(DataError, match=r"one\.csv, row 4: .*duplicate-key"):
        read_cofinanced(tmp_path)
    write_rows(tmp_path / "one.csv", [twice])
    write_rows(tmp_path / "two.csv", [twice])
    with pytest.raises(DataError, match=r"two\.csv: .*KU398 in 2023-01.*one\.csv"):
        read_cofinanced(tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "not-of-kela"),
        ("vuosikuukausi,kunta_nro,kunta_osuus_eur\n202301,398,5\n", "missing-column"),
        (",".join(HEADER) + "\nKuukausi,1,202301\n" * 3, "broken-row"),
    ],
)
def test_what_is_no_file_of_these_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "kela.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=reason):
        read_cofinanced(tmp_path)


def test_other_data_sets_of_kela_are_left_out_and_noted(tmp_path: Path) -> None:
    header = [name for name in HEADER if name != "kunta_osuus_eur"]
    write_rows(tmp_path / "kela.csv", [row("398", "2023-01", 4, 40, 20)], header=header)
    assert read_cofinanced(tmp_path) is None
    write_rows(tmp_path / "shares.csv", [row("398", "2023-01", 4, 40, 20)])
    benefits = read_cofinanced(tmp_path)
    assert benefits is not None
    [note] = benefits.notes
    assert "kela.csv left out" in note
    with pytest.raises(UsageError, match="no such folder"):
        read_cofinanced(tmp_path / "absent")


def fetched(folder: Path, vintages: dict[str, list[Row]]) -> Path:
    """A folder as fetch leaves it: a set, some vintages of it."""
    answers = []
    for vintage, rows in vintages.items():
        file = f"answers/set/kunnittain/{vintage}/data.csv"
        path = write_rows(folder / file, rows)
        answers.append(
            {
                "file": file,
                "set": "set/kunnittain",
                "title": "Joukko",
                "vintage": vintage,
                "updated": vintage,
                "sha256": hash_file(path),
            }
        )
    content = {"files": [], "answers": answers}
    (folder / "provenance.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_the_newest_vintage_serves_and_older_ones_the_months_it_lacks(tmp_path: Path) -> None:
    older = [row("398", month, 1, 10, 5) for month in ("2022-12", "2023-01")]
    newer = [row("398", month, 2, 20, 10) for month in ("2023-01", "2023-02")]
    fetched(tmp_path, {"2023-02-20": older, "2023-03-20": newer})
    benefits = read_cofinanced(tmp_path)
    assert benefits is not None
    assert benefits.rows[["month", "euros", "vintage"]].to_numpy().tolist() == [
        ["2022-12", 10, "2023-02-20"],
        ["2023-01", 20, "2023-03-20"],
        ["2023-02", 20, "2023-03-20"],
    ]
    assert [source.vintage for source in benefits.sources] == ["2023-03-20", "2023-02-20"]


def test_a_fetched_file_that_changed_is_refused(tmp_path: Path) -> None:
    fetched(tmp_path, {"2023-02-20": [row("398", "2023-01", 1, 10, 5)]})
    path = tmp_path / "answers/set/kunnittain/2023-02-20/data.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("10", "11"), encoding="utf-8")
    with pytest.raises(DataError, match="checksum"):
        read_cofinanced(tmp_path)


def test_the_descriptor_names_what_is_missing_and_the_columns(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "data.csv", [row("398", "2023-01", 4, 40, "-")])

    def describe(names: list[str]) -> None:
        schema = {"fields": [{"name": name} for name in names], "missingValues": ["", "-"]}
        content = {"resources": [{"path": path.name, "schema": schema}]}
        (tmp_path / "package.json").write_text(json.dumps(content), encoding="utf-8")

    describe([*HEADER])
    benefits = read_cofinanced(tmp_path)
    assert benefits is not None
    assert benefits.rows["municipal_euros"].isna().all()
    describe([*HEADER[:-1], "another"])
    with pytest.raises(DataError, match="other columns than package"):
        read_cofinanced(tmp_path)


def test_a_folder_says_that_it_is_made_up(tmp_path: Path) -> None:
    assert not read(tmp_path, [row("398", "2023-01", 4, 40, 20)]).made_up
    mark_made_up(tmp_path)
    benefits = read_cofinanced(tmp_path)
    assert benefits is not None
    assert benefits.made_up
    (tmp_path / "meta.json").write_text('{"made_up": "no"}', encoding="utf-8")
    with pytest.raises(DataError, match="neither true nor false"):
        read_cofinanced(tmp_path)
