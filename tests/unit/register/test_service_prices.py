"""What a day in a service costs: the register's table, the settings' prices, and never both."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pyarrow as pa
import pytest

from indicators import errors
from indicators.computing import Choices, compute
from indicators.register.check import check_register
from indicators.register.prices import PRICE_TABLE, micro_prices, price_of, with_prices
from indicators.register.schema import SERVICE_GROUPS
from indicators.register.store import Register, open_register, write_table
from indicators.settings.loading import parse
from indicators.settings.model import ServicePrice
from indicators.synthetic.synthesise import synthesise

TRIAL = ServicePrice("trial", 2022, 10.0)
MONTH = "2022-05"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "register"
    synthesise(folder, persons=400, seed=2, layout="canonical")
    return folder


@pytest.fixture
def unpriced(made: Path, tmp_path: Path) -> Register:
    for file in made.iterdir():
        if file.stem != PRICE_TABLE:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return open_register(tmp_path)


def price_table(*rows: tuple[str, str | None, int, float]) -> pa.Table:
    names = ("group", "kind", "year", "euros_per_day")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def costs(register: Register, prices: Any = None) -> dict[tuple[str, str], tuple[Any, str]]:
    """Value and status of the euros of the whole register by service group."""
    choices = Choices(("1530",), {}, service_prices=prices)
    table = compute(MONTH, register=register, groups={}, choices=choices)
    chosen = (table["statistic"] == "euros") & (table["indicator"] == "service_costs")
    chosen &= (table["area"] == "SSS") & (table["population"] == "residents")
    rows = table[chosen & table["dimension"].isin(["total", "service_group"])]
    return {str(row.category): (row.value, str(row.status)) for row in rows.itertuples()}  # type: ignore[return-value]


def test_a_kind_goes_before_its_group_and_nothing_is_invented():
    prices = micro_prices(price_table(("trial", None, 2022, 10), ("trial", "20", 2022, 0)))
    assert price_of(prices, "trial", "20", 2022) == 0
    assert price_of(prices, "trial", "21", 2022) == 10_000_000
    assert price_of(prices, "trial", "20", 2021) is None
    assert price_of(prices, "study", "20", 2022) is None


def test_prices_of_the_settings_serve_where_the_register_has_none(unpriced):
    assert {status for _, status in costs(unpriced, ()).values()} == {"not_available"}
    found = costs(unpriced, (TRIAL,))
    assert found["total"][1] == "not_available"
    write_table(unpriced.folder, PRICE_TABLE, price_table(("trial", None, 2022, 10.0)))
    assert found["trial"] == costs(unpriced)["trial"]
    assert found["trial"][0] > 0


def test_a_register_with_the_settings_prices_travels_to_other_processes(unpriced):
    priced = pickle.loads(pickle.dumps(with_prices(unpriced, (TRIAL,))))
    assert priced.read(PRICE_TABLE, ["group", "kind"]).to_pylist() == [
        {"group": "trial", "kind": None}
    ]
    assert priced.read("persons").equals(unpriced.read("persons"))


def test_prices_in_both_places_are_refused(made):
    with pytest.raises(
        errors.UsageError, match=r"service_price.parquet and \[\[service_prices\]\]"
    ):
        costs(open_register(made), (TRIAL,))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("trial", None, 2022, 1.0), ("trial", None, 2022, 2.0)], "group, kind, year in 1 row"),
        ([("trial", "20", 2022, 1.0), ("trial", "20", 2022, 1.0)], "group, kind, year in 1 row"),
        ([("trial", None, 2022, -1.0)], "euros_per_day: is below 0"),
        ([("trial", None, 2022, float("nan"))], "euros_per_day: is below 0"),
        ([("trial", None, 2022, 1e6)], "beyond 100,000"),
        ([("trails", None, 2022, 1.0)], "group: holds a code outside the list"),
    ],
)
def test_a_price_that_cannot_be_is_bad_data(unpriced, rows, words):
    write_table(unpriced.folder, PRICE_TABLE, price_table(*rows))
    for use in (lambda: check_register(unpriced.folder), lambda: costs(unpriced)):
        with pytest.raises(errors.DataError, match=words):
            use()


def test_the_settings_know_every_group_of_services():
    assert get_args(get_type_hints(ServicePrice)["group"]) == SERVICE_GROUPS


def settings_with(prices: list[dict[str, Any]]) -> Any:
    import tomllib

    path = Path(__file__).parents[3] / "indicators.toml"
    return parse(tomllib.loads(path.read_text(encoding="utf-8")) | {"service_prices": prices}, path)


def test_prices_of_the_settings_are_read():
    row = {"group": "training", "kind": "15", "year": 2022, "euros_per_day": 58}
    assert settings_with([row]).service_prices == (ServicePrice("training", 2022, 58.0, "15"),)


def test_all_faults_of_the_settings_prices_are_told_at_once():
    fine = {"group": "trial", "year": 2022, "euros_per_day": 1}
    with pytest.raises(errors.UsageError) as caught:
        settings_with(
            [fine | {"group": "trails"}, fine | {"euros_per_day": -1}, fine | {"price": 1}]
        )
    told = "\n".join(caught.value.details)
    for words in ("[0]", "[1].euros_per_day", "[2].price"):
        assert words in told
    with pytest.raises(errors.UsageError) as caught:
        settings_with([fine, fine | {"kind": "20"}, fine])
    assert list(caught.value.details) == [
        "service_prices[2]: trial has a price of 2022 already; delete one of the two"
    ]
