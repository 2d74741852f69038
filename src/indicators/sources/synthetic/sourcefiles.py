"""The figures in the form of their real sources, and the notice that all is made up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from indicators.sources.synthetic.days import Array, Frame
from indicators.sources.synthetic.people import country

NOTICE = "MADE_UP.md"
SOURCE = "synthetic (made up)"
"""What ``meta.json`` says of the source."""

_ALL = "Yhteensä"

_TEXT = """# Made up

Nobody in these files lives. `indicators synthesise` made them from a small model: {persons}
persons, seed {seed}{dirt}. The same arguments give the same bytes.

Stocks are near the published ones (StatFin, Työnvälitystilasto, table 12r5, CC BY 4.0) where
the model was fitted to them; everything else may be far from the truth. No figure made from these
files is a statistic. Kela's, the surveys' and the caseload's figures are made up as well.
"""

_KELA = (
    *("kuntanumero", "kunta", "aikajakso", "etuuslaji", "korvausperuste", "sukupuoli", "ikaryhma"),
    *("saajat", "maksetut_etuudet_euroa", "korvatut_paivat", "euroa_paiva", "vuosi", "kuukausi"),
)


def write_notice(folder: Path, persons: int, seed: int, *, with_faults: bool) -> None:
    """Say in the folder that everything in it is made up."""
    text = _TEXT.format(persons=persons, seed=seed, dirt=", with dirt" if with_faults else "")
    (folder / NOTICE).write_text(text, encoding="utf-8")


def may_replace(folder: Path) -> bool:
    """Whether a folder is empty or holds a made-up register."""
    if not folder.is_dir():
        return False
    if not any(folder.iterdir()):
        return True
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(meta, dict) and meta.get("source") == SOURCE


def write_figures(folder: Path, figures: dict[str, Frame]) -> None:
    """Write labour force, Kela, caseload and surveys as CSV files.

    Kela's file has the columns and the dialect of its open data (``;``, decimal comma, ``NA``, rows
    of totals); the others have the canonical columns.
    """
    for name, frame in figures.items():
        if name == "kela":
            _write(folder / "kela.csv", _KELA, _kela_rows(frame))
        else:
            columns = [_plain(name_, column) for name_, column in frame.items()]
            _write(folder / f"{name}.csv", tuple(frame), zip(*columns, strict=True))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [";".join(header), *(";".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plain(name: str, column: Array) -> list[str]:
    if name == "vintage":
        return [str(day) for day in column.astype("datetime64[D]")]
    return [_number(value, ".") if column.dtype.kind == "f" else str(value) for value in column]


def _number(value: float, comma: str) -> str:
    if np.isnan(value):
        return "NA"
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}".replace(".", comma)


def _kela_rows(frame: Frame) -> Iterator[tuple[str, ...]]:
    """Rows by benefit and basis and, for each municipality and month, their total."""
    names = dict(zip(country()["municipality"], country()["name"], strict=True))
    groups: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(zip(frame["municipality"], frame["month"], strict=True)):
        groups.setdefault(key, []).append(row)
    sums = np.stack([frame["recipients"], frame["euros"], frame["days"]], axis=1)
    for (municipality, month), rows in groups.items():
        place = (str(int(municipality)), str(names[municipality]), "kuukausi")
        when = (str(int(month[:4])), str(int(month[5:])))
        for row in rows:
            kind = (str(frame["benefit"][row]), str(frame["basis"][row]))
            yield *place, *kind, _ALL, _ALL, *_kela_figures(sums[row]), *when
        yield *place, _ALL, _ALL, _ALL, _ALL, *_kela_figures(sums[rows].sum(axis=0)), *when


def _kela_figures(values: Array) -> tuple[str, ...]:
    """Recipients, euros, days, euros a day."""
    return tuple(_number(value, ",") for value in (*values, values[1] / values[2]))
