"""The boundary: what readers get knows protected tables alone."""

from __future__ import annotations

import ast
import gzip
import io
import json
import re
import stat
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pikepdf
import pytest

from conftest import ROOT, contents, copy_tracked, indicators
from indicators import _PLACES

SOURCE = ROOT / "src"
# What reports are made of, and what they must not reach, not even through others.
READERS = ("indicators.reporting", "indicators.explorer", "indicators.rendering")
INTERNAL = (
    "indicators.computing",
    "indicators.measures.register",
    "indicators.register",
    "indicators.sources.register",
    "indicators.synthetic",
    "indicators.tallies",
    "indicators.production",
    "indicators.disclosure",
    "indicators.releases",
)
# `explain` is for the data holder's eyes; no notebook and no report imports its words.
HOLDERS = ("indicators.reporting.explaining", "indicators.reporting.explaining_money")
# The door's inner side, which production opens and readers do not.
DOOR = ("indicators.processed.publishing", "indicators.processed.manifest")


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(code: str) -> Iterator[str]:
    """Modules that code imports when it runs, inside functions too."""
    tree = ast.parse(code)
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield str(node.module)


def is_in(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


MODULES = {name_of(path): path for path in SOURCE.rglob("*.py")}
GRAPH = {
    name: {one for one in imported(path.read_text(encoding="utf-8")) if one in MODULES}
    for name, path in MODULES.items()
}


def reached(roots: set[str]) -> dict[str, str]:
    """Every module that some reach without going through the door, with one that imports it."""
    found: dict[str, str] = {}
    ahead = [(root, "") for root in sorted(roots)]
    while ahead:
        module, by = ahead.pop()
        if module not in found and not is_in(module, DOOR):
            found[module] = by
            ahead += [(item, module) for item in sorted(GRAPH[module])]
    return found


def test_readers_reach_no_internal_table() -> None:
    readers = {item for item in MODULES if is_in(item, READERS) and item not in HOLDERS}
    assert len(readers) > 30
    found = reached(readers)
    assert {item: by for item, by in found.items() if is_in(item, (*INTERNAL, *HOLDERS))} == {}


def test_the_walk_would_find_one() -> None:
    """The same walk from what does reach them."""
    assert any(is_in(item, INTERNAL) for item in reached({"indicators.production.runner"}))
    assert "indicators.measures.register.accounts.answering" in reached(set(HOLDERS))


def places_of(code: str) -> Iterator[str]:
    """What code imports; of the package's public names the modules that hold them."""
    public = {f"indicators.{name}": place for name, (place, _) in _PLACES.items()}
    whole = re.search(r"^\s*import indicators\b(?!\.)", code, re.MULTILINE)
    for item in imported(code):
        # A name of the package is imported, not the package with all of its names.
        if item != "indicators" or whole:
            yield public.get(item, item)


def test_the_whole_package_and_a_register_are_no_readers_imports() -> None:
    for code in ("import indicators", "from indicators import open_report, read_register"):
        assert not all(is_in(item, READERS) for item in places_of(code)), code
    assert all(is_in(item, READERS) for item in places_of("from indicators import open_report"))


def test_notebooks_import_readers_alone() -> None:
    books = sorted((ROOT / "notebooks").glob("*.ipynb"))
    # Nobody publishes the tutorial: it shows a researcher what is the data holder's to do.
    books.remove(ROOT / "notebooks" / "tutorial.ipynb")
    assert len(books) > 1
    for path in books:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(item["source"]) for item in cells if item["cell_type"] == "code")
        assert all(is_in(item, READERS) for item in places_of(code)), path.name


def test_readers_name_no_place_of_internal_tables() -> None:
    places = re.compile(r"data/internal|data/raw/register|[\"']internal[\"']")
    for name, path in MODULES.items():
        if is_in(name, READERS) and name not in HOLDERS:
            assert not places.search(path.read_text(encoding="utf-8")), name


def test_internal_tables_are_ignored_by_git_and_closed_to_others(
    fresh: Callable[[], Path],
) -> None:
    root = fresh()
    people = ("--persons", "300", "--seed", "1", "--layout", "canonical")
    (root / "data" / "synthetic").mkdir(exist_ok=True)
    assert indicators("synthesise", "data/synthetic/r", *people, project=root).returncode == 0
    register = ("--register", "data/synthetic/r")
    for arguments in (
        ("--out", "data/internal/table.csv", *register),
        ("--out", "data/internal/table.parquet", *register),
        ("--out", "public.csv", "--statfin", "data/raw/statfin"),
    ):
        called = indicators("compute", "--months", "2022-02", *arguments, project=root)
        assert called.returncode == 0, called.stderr
    internal = root / "data" / "internal"
    assert stat.S_IMODE(internal.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in internal.iterdir()} == {0o600}
    assert stat.S_IMODE((root / "public.csv").stat().st_mode) & 0o044
    ignored = subprocess.run(
        ["git", "check-ignore", "-q", "--no-index", "data/internal/table.csv"],
        cwd=ROOT,
        check=False,
    )
    assert ignored.returncode == 0


MONTH, LANGUAGE = "2022-02", "fi"
# Numbers that stand nowhere by themselves; as shares they have the same digits.
MARKERS = (13_579_246, 97_531_864)
COUNTS = ["numerator", "denominator", "value", "low", "high"]


def poisoned(table: pd.DataFrame, hidden: np.ndarray, marker: int) -> pd.DataFrame:
    """An internal table whose hidden cells can be recognised, whatever they are made into."""
    table = table.copy()
    for name in COUNTS:
        filled = hidden & table[name].notna().to_numpy()
        table.loc[filled, name] = float(marker)
    return table


def protected(table: pd.DataFrame, hidden: np.ndarray) -> pd.DataFrame:
    """As the contract (section 6) has it: nothing of a hidden row but its names."""
    table = table.copy()
    table["status"] = table["status"].cat.add_categories(
        [name for name in ("suppressed",) if name not in table["status"].cat.categories]
    )
    table.loc[hidden, COUNTS] = np.nan
    table.loc[hidden, "status"] = "suppressed"
    return table


def small(table: pd.DataFrame) -> np.ndarray:
    """Rows that any policy hides, and every other row of the smallest municipality."""
    counts = table[["numerator", "denominator"]].to_numpy(float)
    few = ((counts > 0) & (counts < 5)).any(axis=1)
    every_other = (table["area"] == "KU316").to_numpy() & (np.arange(len(table)) % 2 == 0)
    return few | every_other


@dataclass(frozen=True)
class Built:
    """Everything that a run left in a project, what it began with left out."""

    files: dict[str, bytes]

    def holding(self, marker: int) -> list[str]:
        return [name for name, data in self.files.items() if holds(name, data, str(marker))]


def holds(name: str, data: bytes, marker: str) -> bool:
    """Whether a number stands in a file, however it is written there."""
    written = re.compile(r"[\s.,'\u00a0\u202f]*".join(marker))
    return any(written.search(text) for text in texts(name, data))


def texts(name: str, data: bytes) -> Iterator[str]:
    """What a file says, to eyes and to programs."""
    yield data.decode("utf-8", errors="replace")
    if name.endswith(".pdf"):
        from pypdf import PdfReader

        yield from (page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for item in pdf.objects:
                if isinstance(item, pikepdf.Stream) and "/DCTDecode" not in str(
                    item.get("/Filter")
                ):
                    yield item.read_bytes().decode("latin-1")
    elif name.endswith(".parquet"):
        yield pd.read_parquet(io.BytesIO(data)).to_csv(float_format="%.6f")
    elif name.endswith(".gz"):
        yield gzip.decompress(data).decode("utf-8", errors="replace")
    elif name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (
                archive.read(item).decode("utf-8", "replace") for item in archive.namelist()
            )


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Built]:
    """Makes the report of a month whose internal table holds a marker in each hidden cell."""
    from indicators.disclosure import protect as door
    from indicators.disclosure.audit import AuditResult
    from indicators.disclosure.counts import CELL_COLUMNS
    from indicators.disclosure.suppression import ProtectedTable
    from indicators.production import register_tables as counting
    from indicators.production import site
    from indicators.production.options import RunOptions, RunRequest
    from indicators.register.store import open_register
    from indicators.rendering.quarto import detect
    from indicators.settings.loading import load_settings
    from indicators.synthetic.synthesise import synthesise

    register = tmp_path_factory.mktemp("register") / "canonical"
    synthesise(register, persons=3000, seed=7, layout="canonical")
    counted = counting.count_register(load_settings(ROOT), [MONTH], open_register(register))
    hidden = small(counted)
    assert 0.05 < hidden.mean() < 0.95

    def made(marker: int, *, opened: bool = False) -> Built:
        root = copy_tracked(tmp_path_factory.mktemp("project"))
        before = set(contents(root))
        internal = poisoned(counted, hidden, marker)

        def protect(table: pd.DataFrame, *_: object) -> tuple[ProtectedTable, AuditResult]:
            marked = (table[COUNTS] == marker).any(axis=1).to_numpy()
            assert 0.05 < marked.mean() < 0.95
            result = table if opened else protected(table, marked)
            rule = pd.Series(np.where(marked & (not opened), "secondary", ""), dtype=str)
            none = pd.DataFrame(columns=[*CELL_COLUMNS, "verdict"])
            return ProtectedTable(result, rule, "tyonv5"), AuditResult(none, 0)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(door, "protect_and_audit", protect)
            patch.setattr(counting, "count_register", lambda *_: internal)
            request = RunRequest(
                load_settings(root), [MONTH], [LANGUAGE], {}, register, RunOptions(workers=1)
            )
            site.build_site(request, detect("embedded"))
        return Built(
            {name: content for name, content in contents(root).items() if name not in before}
        )

    return made


@pytest.fixture(scope="module")
def closed(build: Callable[..., Built]) -> Built:
    return build(MARKERS[0])


@pytest.mark.slow
def test_no_artefact_holds_a_hidden_number(closed: Built) -> None:
    kinds = {Path(name).suffix for name in closed.files}
    assert {".html", ".pdf", ".svg", ".csv", ".parquet", ".ipynb", ".json"} <= kinds
    assert any(name.startswith("data/released/") for name in closed.files)
    assert any(name.startswith("data/internal/") for name in closed.files)
    assert closed.holding(MARKERS[0]) == []


@pytest.mark.slow
def test_the_search_would_find_one(build: Callable[..., Built]) -> None:
    """The same run with the door left open: every kind of artefact tells."""
    found = {Path(name).suffix for name in build(MARKERS[0], opened=True).holding(MARKERS[0])}
    assert {".html", ".pdf", ".csv", ".parquet", ".ipynb"} <= found


@pytest.mark.slow
def test_other_hidden_numbers_make_the_same_artefacts_to_the_byte(
    closed: Built, build: Callable[..., Built]
) -> None:
    """No drawing, hash, order or axis depends on what is hidden, whatever it is."""
    other = build(MARKERS[1])
    assert set(closed.files) == set(other.files)
    assert [
        name
        for name, data in closed.files.items()
        if made_of(name, data) != made_of(name, other.files[name])
    ] == []


def made_of(name: str, data: bytes) -> object:
    """A file without the time it took, which logs, executed notebooks and records tell."""
    if name.startswith((".indicators/", "data/internal/")) or name.endswith((".jsonl", ".log")):
        return name
    if name.endswith(".ipynb"):
        return [(cell["source"], cell.get("outputs")) for cell in json.loads(data)["cells"]]
    return data
