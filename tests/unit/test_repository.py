"""What must agree between the repository's own files, and what may stand in none of them."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import indicators
from indicators.areas.areas import load_areas
from indicators.settings.loading import load_settings

ROOT = Path(__file__).resolve().parents[2]
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-bench.lock",
    "requirements-docs.lock",
)
# What only the tests need asks for these on further platforms.
WIDER_FOR_TESTS = ("cffi", "psutil", "pycparser")
# Packages that conda knows under another name.
CONDA_NAMES = {
    "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core",
    "matplotlib": "matplotlib-base",
    "quarto-cli": "quarto",
    "seaborn": "seaborn-base",
    "great-tables": "great_tables",
}
# What conda brings beside them.
CONDA_ONLY = {"python", "pip", "make"}


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def tracked() -> tuple[Path, ...]:
    """The files that git knows of and that are there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return tuple(path for path in paths if path.is_file())


@cache
def texts() -> dict[str, str]:
    """Every tracked file that is text."""
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            name = path.relative_to(ROOT).as_posix()
            found[name] = content.decode("utf-8", errors="replace")
    return found


@cache
def pins(lock: str) -> dict[str, set[tuple[str, str]]]:
    """Version and marker of each package of a lock; a package may have several by marker."""
    found: dict[str, set[tuple[str, str]]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^ ;]+)(?: ; (.*?))? \\$", line):
            name, version, marker = match.groups()
            found.setdefault(canonicalize_name(name), set()).add((version, marker or ""))
    return found


def requirements(*groups: str) -> list[Requirement]:
    listed = [*project()["project"]["dependencies"]]
    for group in groups:
        listed += project()["dependency-groups"][group]
    return [Requirement(item) for item in listed]


@pytest.mark.parametrize(
    ("lock", "groups"),
    [
        (LOCKS[0], ["build"]),
        (LOCKS[1], ["build", "dev"]),
        (LOCKS[2], ["bench"]),
        (LOCKS[3], ["docs"]),
    ],
)
def test_what_pyproject_asks_for_stands_in_the_lock(lock: str, groups: list[str]) -> None:
    for requirement in requirements(*groups):
        versions = {
            version for version, _ in pins(lock).get(canonicalize_name(requirement.name), set())
        }
        assert versions, f"{requirement.name} is not in {lock}; run make lock"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_the_two_locks_agree() -> None:
    runtime, development = (pins(lock) for lock in LOCKS[:2])
    assert len(runtime) > 20
    for name in WIDER_FOR_TESTS:
        for lock in (runtime, development):
            lock[name] = {(version, "") for version, _ in lock[name]}
    assert {name: development.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_hashes_every_package(lock: str) -> None:
    text = texts()[lock]
    assert "://" not in text
    assert "--index" not in text
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert all("--hash=sha256:" in block for block in blocks)


def imported(code: str) -> set[str]:
    """The packages that a module imports, its own and Python's left out."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(str(node.module))
    return {name.partition(".")[0] for name in names} - {*sys.stdlib_module_names, "indicators"}


def imported_below(*folders: str) -> dict[str, set[str]]:
    """Every module below the folders with the packages that it imports; notebooks too."""
    found = {}
    for name, text in texts().items():
        if name.startswith(folders) and name.endswith(".py"):
            found[name] = imported(text)
        elif name.startswith(folders) and name.endswith(".ipynb"):
            cells = [one for one in json.loads(text)["cells"] if one["cell_type"] == "code"]
            found[name] = imported("\n".join("".join(one["source"]) for one in cells))
    return found


@cache
def installed_modules() -> Mapping[str, list[str]]:
    """The packages that bring each module; all that is installed is read for it."""
    return metadata.packages_distributions()


def distributions(module: str) -> set[str]:
    """The packages that bring a module of this name."""
    return {canonicalize_name(name) for name in installed_modules().get(module, [])}


def names_of(listed: list[Requirement]) -> set[str]:
    return {canonicalize_name(one.name) for one in listed}


def test_what_the_package_imports_is_asked_for() -> None:
    asked = names_of(requirements())
    unasked = [
        f"{path}: {name}"
        for path, names in imported_below("src/").items()
        for name in names
        if not asked & distributions(name)
    ]
    assert unasked == []


def test_what_the_package_asks_for_is_imported() -> None:
    modules = set().union(*imported_below("src/", "notebooks/").values())
    used = set().union(*map(distributions, modules))
    assert names_of(requirements()) - used == set()


def test_the_tests_ask_for_what_they_import_and_import_what_they_ask_for() -> None:
    modules = set().union(*imported_below("tests/").values())
    tests = [path.relative_to(ROOT / "tests") for path in tracked() if "tests" in path.parts]
    own = {one for path in tests for one in (path.stem, *path.parts)}
    asked = names_of(requirements("build", "dev"))
    assert {one for one in modules - own if not asked & distributions(one)} == set()
    used = set().union(*map(distributions, modules))
    # Else it is a tool of the Makefile, stubs for mypy, or the plugin that pytest's coverage is.
    used |= {name for name in asked if re.search(rf"\$\(BIN\)/{name}\b", texts()["Makefile"])}
    used |= {name for name in asked if name.startswith("types-") or name.endswith("-stubs")}
    used |= {"pytest-cov"} if "coverage" in project()["tool"] else set()
    used |= {"pytest-xdist"} if " -n $(WORKERS)" in texts()["Makefile"] else set()
    dev = [Requirement(one) for one in project()["dependency-groups"]["dev"]]
    assert names_of(dev) - used == set()


def test_the_conda_environment_names_the_same_packages_with_the_same_bounds() -> None:
    from rattler import MatchSpec

    content = yaml.safe_load(texts()["environment.yml"])
    listed = [item for item in content["dependencies"] if isinstance(item, str)]
    [by_pip] = [item["pip"] for item in content["dependencies"] if isinstance(item, dict)]
    specs = [MatchSpec(item, strict=True) for item in listed]
    conda = {str(spec.name.normalized): str(spec.version or "") for spec in specs}
    pip = [Requirement(item) for item in by_pip if not item.startswith("--")]
    wanted = {
        CONDA_NAMES.get(item.name, item.name): str(item.specifier)
        for item in [*requirements(), *extra("quarto")]
    }
    assert conda["python"] == project()["project"]["requires-python"]
    values = {name: bound for name, bound in conda.items() if name not in CONDA_ONLY}
    assert {**values, **{item.name: str(item.specifier) for item in pip}} == wanted
    assert "--editable ." in by_pip


def extra(name: str) -> list[Requirement]:
    return [Requirement(one) for one in project()["project"]["optional-dependencies"][name]]


def test_one_version_everywhere() -> None:
    version = project()["project"]["version"]
    assert indicators.__version__ == version
    citation = yaml.safe_load(texts()["CITATION.cff"])
    assert citation["version"] == version
    assert citation["license"] == project()["project"]["license"]
    assert citation["cff-version"]


NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOT_THIN = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.For | ast.While
    | ast.comprehension | ast.If | ast.With | ast.Try
)  # fmt: skip


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_clean_and_thin(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] for cell in code)
    assert all(cell["execution_count"] is None for cell in code)
    assert all(set(cell["metadata"]) <= {"tags"} for cell in book["cells"])
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    if path.name == "tutorial.ipynb":
        # It is a researcher's own, and not part of a report.
        return
    nodes = [node for cell in code for node in ast.walk(ast.parse("".join(cell["source"])))]
    assert not [ast.unparse(node) for node in nodes if isinstance(node, NOT_THIN)]
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    assert len(imports) == 1
    assert not [node for node in nodes if isinstance(node, ast.BinOp)]


# Written apart, so that this file does not hold what it looks for.
HOSTS = ("pypi." + "org", "pythonhosted." + "org", "npmjs." + "org", "anaconda." + "org")
PLACES = re.compile(r"(?<![\w.~-])/(?:" + "|".join(("work", "tmp", "root", "home")) + r")/\w")


@pytest.mark.parametrize("host", HOSTS)
def test_no_file_names_a_registrys_host(host: str) -> None:
    assert [name for name, text in texts().items() if host in text] == []


def test_no_file_names_a_place_of_one_machine() -> None:
    found = {name: PLACES.search(text) for name, text in texts().items()}
    assert {name: match[0] for name, match in found.items() if match} == {}


# Since 2023 other separators are in use too: + 1800s, - U–Y 1900s, A–F 2000s.
IDENTITY_CODE = re.compile(r"(?<!\w)(\d\d)(\d\d)(\d\d)[-+A-FU-Y](\d{3})[0-9A-FHJ-NPR-Y](?!\w)")
FIRST_ARTIFICIAL = 900


def personal(text: str) -> list[str]:
    """Personal identity codes that could be a living person's."""
    found = []
    for match in IDENTITY_CODE.finditer(text):
        day, month, year, number = map(int, match.groups())
        if _is_day(2000 + year, month, day) and number < FIRST_ARTIFICIAL:
            found.append(match[0])
    return found


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def test_no_file_has_a_personal_identity_code() -> None:
    found = {name: len(personal(text)) for name, text in texts().items()}
    assert {name: count for name, count in found.items() if count} == {}


@pytest.mark.parametrize("separator", "+-ABCDEFUVWXY")
def test_identity_codes_are_found_whatever_their_separator(separator: str) -> None:
    assert personal(f"x 131052{separator}" + "308T y")
    assert not personal(f"x 131052{separator}" + "908T y")
    assert not personal(f"x 991352{separator}" + "308T y")


def test_decisions_are_numbered_without_gaps_or_doubles() -> None:
    found = {n: t for n, t in sorted(texts().items()) if n.startswith("docs/decisions/")}
    numbers = [Path(name).name[:4] for name in found]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    for number, text in zip(numbers, found.values(), strict=True):
        assert text.startswith(f"# {number} ")


def test_what_the_texts_tell_to_make_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z]+):", texts()["Makefile"], re.MULTILINE))
    names = {
        name
        for file in ("README.md", "CONTRIBUTING.md", ".ci/run")
        for name in re.findall(r"(?:^|`)make ([a-z]+)", texts()[file], re.MULTILINE)
    }
    assert {"report", "test"} <= names
    assert names <= targets


CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


# Pages that are written when the documentation is built; its own test follows links into them.
BUILT_PAGES = {
    ROOT / "docs" / name
    for name in ("reference/data-dictionary.md", "reference/commands.md", "indicators/index.md")
}


def test_links_between_texts_lead_to_files() -> None:
    dead = [
        f"{name}: {link}"
        for name, text in texts().items()
        if name.endswith(".md") and not name.startswith("tests/")
        for link in re.findall(r"\]\(([^)#\s]+)", CODE.sub("", text))
        if "://" not in link
        and not (ROOT / name).parent.joinpath(link).exists()
        and (ROOT / name).parent.joinpath(link).resolve() not in BUILT_PAGES
    ]
    assert dead == []


def spoken(name: str, text: str) -> list[str]:
    """The strings of a module or a file of texts, docstrings and comments left out."""
    if name.endswith(".toml"):
        return [line for line in text.splitlines() if not line.startswith("#")]
    tree = ast.parse(text)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [
        node.value
        for node in constants
        if isinstance(node.value, str) and id(node) not in docstrings
    ]


def test_no_region_is_named_in_a_text_or_a_module() -> None:
    """Another region is a change of the settings; the made-up register alone knows one."""
    ours = load_settings(ROOT)
    group = ours.groups[ours.report.group]
    names = [group.code, "Päijä", *(load_areas(ours).name(one, "fi") for one in group.members)]
    # Every case of the names, Finnish, Swedish and English: Lahden, Lahdessa, Lahtis, Lahti.
    region = re.compile("|".join(map(re.escape, names)) + r"|\bLah[dt]\w")
    found = [
        f"{name}: {text.strip()[:60]}"
        for name, content in texts().items()
        if re.match(r"src/.*\.(py|toml)$", name) and "/synthetic/" not in name
        for text in spoken(name, content)
        if region.search(text)
    ]
    assert found == []


LONGEST = 550


def test_modules_are_short() -> None:
    lengths = {
        name: text.count("\n")
        for name, text in texts().items()
        if name.startswith("src/") and name.endswith(".py")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


PACKAGE = ROOT / "src" / "indicators"
IN_ORDER = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


@cache
def import_edges() -> dict[str, frozenset[str]]:
    """What each module of the package imports of it: inside functions and for types too."""
    paths = {_module(path): path for path in PACKAGE.rglob("*.py")}
    return {
        name: frozenset(_imported_modules(name, path, set(paths))) for name, path in paths.items()
    }


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported_modules(name: str, path: Path, known: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports by dots, which this cannot follow"
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            named = [one if one in known else str(node.module) for one in named]
        else:
            continue
        yield from (one for one in named if one in known and one != name)


def circle(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """Some modules that import each other in a circle, if there are any."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert len(import_edges()) > 200
    assert circle(import_edges()) == []


def test_a_circle_of_imports_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})


def test_packages_import_only_those_above_them_in_the_architecture() -> None:
    order = IN_ORDER.findall(texts()["docs/architecture.md"])
    rank = {package: number for number, package in enumerate(order)}
    assert sorted(rank) == sorted(
        path.stem for path in PACKAGE.iterdir() if path.stem.isidentifier() and path.name[0] != "_"
    )
    # The public names and the start of the command stand above all.
    inside = {name: name.split(".")[1] for name in import_edges() if name.split(".")[1:2] != []}
    against = [
        f"{name} imports {one}"
        for name, package in inside.items()
        for one in import_edges()[name]
        if package in rank and one in inside and rank[inside[one]] > rank[package]
    ]
    assert against == []


def test_only_the_two_public_packages_hand_names_on() -> None:
    holding_code = {
        _module(path)
        for path in PACKAGE.rglob("__init__.py")
        if any(not isinstance(node, ast.Expr) for node in ast.parse(path.read_text("utf-8")).body)
    }
    assert holding_code == {"indicators", "indicators.evaluation"}


# Made when something runs, a place of the reader's own, or another project's.
NOT_IN_THE_REPOSITORY = re.compile(
    r"_site/|\.indicators/|\.venv/|data/(?:released|internal|processed|register|synthetic)\b|docs/_build/|reports/\d"
    r"|json-stat2|/etc/|/tmp|/var/|text/|\.\w+$"
    r"|OskarWestmeijer/|static/data/|data/lakkautetut|(?:[\w.]+/)*\*"
)
STANDS_FOR_A_NAME = re.compile(r"[A-Z]{2,}|YYYY|<\w+>|NN_")


def test_files_that_texts_name_are_there() -> None:
    known = {name for path in tracked() for name in _with_folders(path.relative_to(ROOT))}
    missing = [
        f"{name}: {named}"
        for name, text in texts().items()
        if name.endswith(".md") and not name.startswith(("tests/", "CHANGELOG"))
        for named in re.findall(r"`([\w.*/<>-]+/[\w.*<>-]*|\w+\.(?:py|lua|ipynb))`", text)
        if not NOT_IN_THE_REPOSITORY.match(named) and not STANDS_FOR_A_NAME.search(named)
        if not any(f"/{one}".endswith(f"/{named.rstrip('/')}") for one in known)
    ]
    assert missing == []


ROLE = re.compile(r":(?:func|class|meth|data|mod|attr|exc):`~?([\w.]+)`")
LISTED = re.compile(r"^(Args|Attributes):\n((?:    .*\n|\n)*)", re.MULTILINE)


def _leads_somewhere(target: str, module: ModuleType) -> bool:
    """Whether a name is there: in the module, in one of its classes, or by its whole path."""
    inside = [module, *(one for one in vars(module).values() if isinstance(one, type))]
    if any(_has(one, target.split(".")) for one in inside):
        return True
    parts = target.split(".")
    for length in range(len(parts), 0, -1):
        with suppress(ModuleNotFoundError):
            return _has(import_module(".".join(parts[:length])), parts[length:])
    return False


def _has(thing: Any, names: list[str]) -> bool:
    """Whether attributes of attributes are there; a field without a default counts."""
    if not names:
        return True
    if hasattr(thing, names[0]):
        return _has(getattr(thing, names[0]), names[1:])
    return len(names) == 1 and names[0] in getattr(thing, "__dataclass_fields__", {})


def _names_of_definition(node: ast.AST) -> set[str]:
    """Parameters of a function; all that a class assigns, annotates or defines."""
    if isinstance(node, ast.FunctionDef):
        return {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
    named = [one for one in ast.walk(node) if isinstance(one, ast.Name | ast.Attribute)]
    stored = [one for one in named if isinstance(one.ctx, ast.Store)]
    names = {one.id if isinstance(one, ast.Name) else one.attr for one in stored}
    return names | {one.name for one in ast.walk(node) if isinstance(one, ast.FunctionDef)}


def _documented_in_vain(node: ast.FunctionDef | ast.ClassDef) -> set[str]:
    listed = LISTED.findall(f"{ast.get_docstring(node) or ''}\n")
    kind = "Args" if isinstance(node, ast.FunctionDef) else "Attributes"
    entries = "".join(text for heading, text in listed if heading == kind)
    return set(re.findall(r"^ {4}(\w+):", entries, re.MULTILINE)) - _names_of_definition(node)


def test_docstrings_name_what_is_there() -> None:
    stale = []
    # `__main__` is imported by `python -m` alone, which warns if it has been imported before.
    for path in {*PACKAGE.rglob("*.py")} - {PACKAGE / "__main__.py"}:
        text, name = path.read_text("utf-8"), path.relative_to(PACKAGE).as_posix()
        module = import_module(_module(path))
        targets = ROLE.findall(text)
        stale += [f"{name}: {one}" for one in targets if not _leads_somewhere(one, module)]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                stale += [f"{name}: {node.name}: {one}" for one in _documented_in_vain(node)]
    assert stale == []


EXAMPLES = [name for name, text in texts().items() if name.endswith(".md") and "```python" in text]


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_examples_import_is_there(name: str) -> None:
    code = re.findall(r"```python\n(.*?)```", texts()[name], re.DOTALL)
    nodes = [node for one in code for node in ast.walk(ast.parse(one))]
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            module = import_module(str(node.module))
            assert [one.name for one in node.names if not hasattr(module, one.name)] == []


def _with_folders(path: Path) -> Iterator[str]:
    yield from (one.as_posix() for one in (path, *path.parents))
