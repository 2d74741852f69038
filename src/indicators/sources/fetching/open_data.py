"""Kela's open data, Statistics Finland's classifications and Sotkanet into ``data/raw/``.

Each answer is kept as it came; `indicators.sources.kela` reads Kela's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from indicators.provenance import hash_bytes
from indicators.sources.fetching.client import Answer, Client, RefusedError
from indicators.sources.fetching.job import (
    FetchJob,
    attempt_each,
    say_fetched,
    say_held,
    say_newer,
    shown_progress,
)
from indicators.sources.fetching.store import Store
from indicators.sources.statfin.variables import day_of_moment

KELA = "https://avoindata.suomi.fi/data/api/3/action"
CLASSIFICATIONS = "https://data.stat.fi/api/classifications/v2"
SOTKANET = "https://sotkanet.fi/rest/1.1"

_LANGUAGES = ("fi", "sv", "en")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
# A description of files that people read, or the same figures once more, is left where it is.
_DATA_FORMATS = ("csv", "json", "gz", "zip", "")

# kunta_1_20260101: what, which of several, and the day from which the division holds.
_CLASSIFICATION = re.compile(r"(?<![a-z0-9_])([a-z][a-z_]*?)_([0-9]+)_([0-9]{8})(?![0-9])")
_MUNICIPALITY = "kunta"
_DIVISIONS = (_MUNICIPALITY, "seutukunta", "maakunta", "ely")
# Their ids have not been seen: they are known by their names.
_DIVISION_NAMES = ("työllisyysalue", "elinvoimakesku")


@dataclass(frozen=True, slots=True)
class _Document:
    """An address whose answer is kept in a file of its own."""

    file: str
    address: str


def _keep(
    job: FetchJob,
    client: Client,
    store: Store,
    documents: Sequence[_Document],
    *,
    name: str,
    title: str,
    vintage: str,
    updated: str,
    source: str,
    label: str,
) -> None:
    """Fetch a set's documents unless this update of all of them is here."""
    entries = store.held(name)
    held = {
        entry["file"].rpartition("/")[2]
        for entry in entries
        if (entry["updated"], entry["vintage"]) == (updated, vintage)
    }
    if held >= {document.file for document in documents}:
        say_held(job, label, vintage)
        return
    if job.check:
        say_newer(job, label, vintage, [entry["vintage"] for entry in entries])
        return
    staging = store.staging(name, {"updated": updated, "vintage": vintage})
    for document in shown_progress(documents, label, len(documents)):
        if not staging.has(document.file):
            with staging.writing(document.file) as aside:
                asked, fetched = client.download(document.address, aside)
            staging.record(document.file, asked, None, fetched)
    staged = [staging.staged(document.file) for document in documents]
    store.publish(
        staging,
        staged,
        name=name,
        title=title,
        vintage=vintage,
        updated=updated,
        source=source,
    )
    say_fetched(job, label, vintage, len(staged))


# --- Kela


def fetch_kela(job: FetchJob) -> None:
    """Fetch what is newer of the data sets of ``[fetch] kela``, a file at a time.

    Raises:
        SourceError: The catalogue or a file cannot be had.
    """
    client, store = job.client(), Store(job.kela)
    attempt_each(_kela_names(job, client), lambda name: _fetch_kela_set(job, client, store, name))


def _kela_names(job: FetchJob, client: Client) -> Iterator[str]:
    """Names of data sets; those that end in ``*`` as the catalogue has them."""
    catalogue: list[str] | None = None
    for wanted in job.options.kela:
        if not wanted.endswith("*"):
            yield wanted
            continue
        if catalogue is None:
            _, content = client.get_json(f"{KELA}/package_list")
            catalogue = [name for name in _result(content, list) if isinstance(name, str)]
        found = [name for name in catalogue if name.startswith(wanted[:-1])]
        if not found:
            job.note(f"kela: the catalogue has no data set {wanted}; left out")
        yield from found


def _result(content: Any, kind: type) -> Any:
    """What CKAN's answer holds; empty where it is something else."""
    result = content.get("result") if isinstance(content, dict) else None
    return result if isinstance(result, kind) else kind()


def _fetch_kela_set(job: FetchJob, client: Client, store: Store, name: str) -> None:
    address = f"{KELA}/package_show?{urlencode({'id': name})}"
    _, content = client.get_json(address)
    about = _result(content, dict)
    files = [entry for entry in _result_list(about.get("resources")) if _is_data(entry)]
    if not files:
        raise RefusedError(f"{address}: names no file of data; see docs/fetching.md")
    left = len(_result_list(about.get("resources"))) - len(files)
    if left:
        job.note(f"kela {name}: {left} files that are neither CSV nor JSON left out")
    title = str(about.get("title") or name)
    for at, entry in enumerate(files):
        updated = _moment(entry, about)
        day = day_of_moment(updated)
        if day is None:
            raise RefusedError(f"{address}: a file without a date of change; see docs/fetching.md")
        file = _safe(urlsplit(entry["url"]).path.rpartition("/")[2]) or "data"
        # Files of one name, data.csv, are told apart by their place in the set.
        own = f"{_safe(name)}/{_safe(str(entry.get('name') or entry.get('id') or at))}"
        documents = [_Document(file, entry["url"]), _Document("package_show.json", address)]
        _keep(
            job,
            client,
            store,
            documents,
            name=own,
            title=title,
            vintage=day.isoformat(),
            updated=updated,
            source=f"Kela, {title}",
            label=f"kela {own}",
        )


def _result_list(value: Any) -> list[dict[str, Any]]:
    entries = value if isinstance(value, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _is_data(entry: Mapping[str, Any]) -> bool:
    url, kind = entry.get("url"), str(entry.get("format") or "").casefold()
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return False
    ending = urlsplit(url).path.rpartition(".")[2].casefold()
    return kind in _DATA_FORMATS and (bool(kind) or ending in _DATA_FORMATS)


def _moment(entry: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    found = (
        entry.get("last_modified"),
        entry.get("metadata_modified"),
        entry.get("created"),
        about.get("metadata_modified"),
    )
    return next((value for value in found if isinstance(value, str) and value), "")


def _safe(name: str) -> str:
    return _NOT_IN_NAMES.sub("_", name).strip("._")[:100]


# --- Statistics Finland's classifications


def fetch_areas(job: FetchJob) -> None:
    """Fetch the division in force of each kind of area, and which municipality belongs to which.

    Raises:
        SourceError: The classifications cannot be had.
    """
    client, store = job.client(), Store(job.raw / "areas")
    address = f"{CLASSIFICATIONS}/classifications?content=data&meta=max&lang=fi"
    _, content = client.get_json(address)
    listed = divisions(content)
    today = f"{job.clock.now():%Y%m%d}"
    newest = {
        kind: max(begun)
        for kind, days in listed.items()
        if (begun := [day for day in days if day <= today])
    }
    if _MUNICIPALITY not in newest:
        raise RefusedError(f"{address}: lists no classification of municipalities")
    names = _names_of(content, [listed[kind][day] for kind, day in newest.items()])
    for kind in (*_DIVISIONS, *_DIVISION_NAMES):
        if kind not in newest and not any(kind in name for name in names):
            job.note(f"areas: no classification of {kind} is listed; left out")

    def fetch(kind: str) -> None:
        day = newest[kind]
        own, vintage = listed[kind][day], f"{day[:4]}-{day[4:6]}-{day[6:]}"
        items = [
            _Document(
                f"items_{language}.json",
                f"{CLASSIFICATIONS}/classifications/{own}/classificationItems"
                f"?content=data&meta=max&lang={language}",
            )
            for language in _LANGUAGES
        ]
        _keep_division(job, client, store, items, name=own, vintage=vintage)
        if kind != _MUNICIPALITY:
            # A division that has ended is a key of the municipalities of its own day.
            of_day = listed[_MUNICIPALITY].get(day, listed[_MUNICIPALITY][newest[_MUNICIPALITY]])
            key = quote(f"{of_day}#{own}", safe="")
            maps = f"{CLASSIFICATIONS}/correspondenceTables/{key}/maps"
            keys = [_Document("keys.json", f"{maps}?content=data&meta=min&lang=fi")]
            try:
                _keep_division(job, client, store, keys, name=f"{of_day}-{own}", vintage=vintage)
            except RefusedError as error:
                job.note(f"areas {own}: no key of municipalities ({error.message})")

    attempt_each(newest, fetch)


def _keep_division(
    job: FetchJob,
    client: Client,
    store: Store,
    documents: Sequence[_Document],
    *,
    name: str,
    vintage: str,
) -> None:
    _keep(
        job,
        client,
        store,
        documents,
        name=name,
        title=name,
        vintage=vintage,
        updated="",
        source="Tilastokeskus, luokitukset",
        label=f"areas {name}",
    )


def divisions(content: Any) -> dict[str, dict[str, str]]:
    """The ids of the divisions of each kind of area, by kind and by the day they hold from.

    Args:
        content: The service's list of its classifications: addresses, or objects with names.
    """
    found: dict[str, dict[str, str]] = {}
    for entry in content if isinstance(content, list) else []:
        text = " ".join(_texts(entry))
        named = any(name in text.casefold() for name in _DIVISION_NAMES)
        for kind, version, day in _CLASSIFICATION.findall(text):
            if kind in _DIVISIONS or named:
                found.setdefault(kind, {})[day] = f"{kind}_{version}_{day}"
    return found


def _names_of(content: Any, chosen: Sequence[str]) -> list[str]:
    """What the chosen classifications are called, in small letters."""
    entries = content if isinstance(content, list) else []
    texts = [" ".join(_texts(entry)).casefold() for entry in entries]
    return [text for text in texts if any(own in text for own in chosen)]


def _texts(value: Any) -> Iterator[str]:
    """All texts within JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        inner: Iterable[Any] = value.values() if isinstance(value, dict) else value
        for part in inner:
            yield from _texts(part)


# --- Sotkanet


def fetch_sotkanet(job: FetchJob) -> None:
    """Fetch the yearly indicators of ``[fetch] sotkanet``, and the key of its areas.

    Raises:
        SourceError: It does not answer, or knows no such indicator.
    """
    client, store = job.client(), Store(job.raw / "sotkanet")
    years = range(job.options.sotkanet_first_year, job.clock.now().year + 1)
    asked = [("indicator", 0), *(("years", year) for year in years), ("genders", "total")]

    def fetch(indicator: int) -> None:
        _, about = client.get_json(f"{SOTKANET}/indicators/{indicator}")
        query = urlencode([(key, value or indicator) for key, value in asked])
        _keep_if_new(
            job,
            client,
            store,
            [
                _Document("indicator.json", f"{SOTKANET}/indicators/{indicator}"),
                _Document("data.json", f"{SOTKANET}/json?{query}"),
            ],
            name=str(indicator),
            updated=_data_updated(about),
        )

    regions = [_Document("regions.json", f"{SOTKANET}/regions")]
    _keep_if_new(job, client, store, regions, name="regions", updated="")
    attempt_each(job.options.sotkanet, fetch)


def _data_updated(about: Any) -> str:
    value = about.get("data-updated") if isinstance(about, dict) else None
    return value if isinstance(value, str) else ""


def _keep_if_new(
    job: FetchJob,
    client: Client,
    store: Store,
    documents: Sequence[_Document],
    *,
    name: str,
    updated: str,
) -> None:
    """Fetch small documents, and keep them if any says another thing than those that are here."""
    label = f"sotkanet {name}"
    answers: list[tuple[_Document, Answer]] = []
    for document in documents:
        read: Callable[[str], tuple[Answer, Any]] = client.get_json
        answers.append((document, read(document.address)[0]))
    held = store.held(name)
    last = max((entry["vintage"] for entry in held), default="")
    before = {entry["sha256"] for entry in held if entry["vintage"] == last}
    if {hash_bytes(answer.body) for _, answer in answers} <= before:
        say_held(job, label, last)
        return
    day = day_of_moment(updated) or job.clock.now().date()
    vintage = max(day.isoformat(), last)
    if job.check:
        say_newer(job, label, vintage, [last] if last else [])
        return
    moment = updated or job.clock.now().isoformat(timespec="seconds")
    staging = store.staging(name, {"updated": moment})
    for document, answer in answers:
        staging.put(document.file, answer.body, answer.address, None, answer.fetched)
    staged = [staging.staged(document.file) for document, _ in answers]
    store.publish(
        staging,
        staged,
        name=name,
        title=name,
        vintage=vintage,
        updated=moment,
        source="THL, Sotkanet",
    )
    say_fetched(job, label, vintage, len(staged))
