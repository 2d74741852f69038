"""One made-up person's rows of every table, on as many edges as fit into a life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from indicators.calendar import add_months
from oracle.edges import Days
from oracle.world import Record

MUNICIPALITIES = ("398", "398", "098", "091")
OFFICES = ("1530", "1530", "1599")
LINES = ("00", "01", "02", "03", "05")
UNEMPLOYED = ("02", "03")
CODES = ("02", "02", "02", "03", "03", "01", "00", "07", "09", "05")
REASONS = (*(f"{n:02}" for n in range(17)), None)
SERVICES: tuple[tuple[str, str], ...] = (
    ("trial", "20"),
    ("trial", "21"),
    ("subsidised", "62"),
    ("subsidised", "61"),
    ("study", "OM01"),
    ("training", "15"),
    ("coaching", "14"),
    ("rehabilitative", "KT01"),
    ("alternation", "04"),
)
PLANS = ("employment", "integration", "activation", "multisector")
RESULTS = ("01", "52", "02", "12", "03", "07", "13", "51", None)
STATEMENTS = ("M4", "Y2", "Y8", "Y005", "Y006", "Y008", "KT01", "OM01")


@dataclass(frozen=True)
class Life:
    """Draws the rows of one person."""

    person_id: int
    days: Days

    def tables(self) -> dict[str, list[Record]]:
        codes = self._codes()
        searches = self._searches(codes)
        services = self._services(codes)
        found = {
            "persons": [self._person()],
            "residence": self._places("municipality", MUNICIPALITIES),
            "office": self._places("office", OFFICES),
            "service_line": self._lines(codes),
            "job_search": searches,
            "employment_code": codes,
            "service": services + self._grants(searches),
            "plan": self._plans(),
            "statement": self._statements(searches),
            "job_offer": self._offers(codes, "v"),
            "introduction": self._offers(codes, "i"),
        }
        return {table: [self._own(row) for row in rows] for table, rows in found.items()}

    def _own(self, row: Record) -> Record:
        return {"person_id": self.person_id, **row}

    def _one(self, of: Any) -> Any:
        return self.days.rng.choice(of)

    def _chance(self, share: float) -> bool:
        return self.days.rng.random() < share

    def _person(self) -> Record:
        # Turning 25, 30 or 50 on an edge, or born on 29 February.
        turned = add_months(self.days.edge(), -12 * self._one((18, 25, 30, 50, 60)))
        born = self._one((turned, turned, date(1996, 2, 29)))
        return {
            "birth_year": born.year,
            "birth_date": born if self._chance(0.7) else None,
            "sex": self._one(("1", "2", "1", "2", None)),
            "citizenship": self._one(("246", "246", "643")),
            "language": self._one(("fi", "fi", "sv", "se", "other")),
            "fund_member": self._chance(0.7),
        }

    def _places(self, column: str, codes: tuple[str, ...]) -> list[Record]:
        if self._chance(0.1):
            return []
        if self._chance(0.5):
            return [{column: self._one(codes), "start": date(2000, 1, 1), "end": None}]
        return [{column: self._one(codes), **spell} for spell in self.days.chain(3)]

    def _lines(self, codes: list[Record]) -> list[Record]:
        if not codes or self._chance(0.3):
            return self._places("line", LINES)
        # The line changes around the fourteenth day of unemployment.
        code = self._one((codes[0], self._one(codes)))
        change = code["start"] + timedelta(days=self._one((13, 14, 15)))
        lines = [{"line": self._one(LINES), "start": change, "end": None}]
        if self._chance(0.5):
            end = self.days.known_end(change - timedelta(days=1))
            before = {"start": date(2000, 1, 1), "end": end}
            lines.insert(0, {"line": self._one(LINES), **before})
        return [row for row in lines if self.days.is_known(row["start"])]

    def _codes(self) -> list[Record]:
        """Unemployment about a limit of 5, 7, 8–10 or 12, or any codes."""
        unemployed = self._one(("02", "03"))
        kind = self._one(("limit", "limit", "limit", "recurrent", "year", "any", "any"))
        if kind == "recurrent":
            return [self._code(spell, self._one(UNEMPLOYED)) for spell in self.days.recurrent()]
        if kind == "year":
            return [self._code(self.days.year(), unemployed)]
        first = self.days.limit() if kind == "limit" else None
        codes = [self._code(spell, self._one(CODES)) for spell in self.days.chain(5, first)]
        if first:
            codes[0]["code"] = unemployed
        return codes

    def _code(self, spell: Record, code: str) -> Record:
        return {"code": code, **spell, "end_reason": self._one(REASONS)}

    def _searches(self, codes: list[Record]) -> list[Record]:
        """Job searches that hold every day of a code; some end between or within codes."""
        searches: list[Record] = []
        for code in codes:
            # One that goes on from the code before, or a new one that began earlier than the code.
            if searches and self._chance(0.5):
                searches[-1]["end"] = code["end"]
                continue
            start = code["start"] - timedelta(days=self._one((0, 0, 1, 13, 14, 15)))
            if searches:
                start = max(start, searches[-1]["end"] + timedelta(days=1))
            searches.append({"start": start, "end": code["end"]})
        parted = [part for search in searches for part in self._parted(search)]
        return [
            {**search, "end_reason": self._one(REASONS) if search["end"] else None}
            for search in parted
        ]

    def _parted(self, search: Record) -> Iterator[Record]:
        day = self.days.any()
        ends_within = search["end"] is None or day < search["end"]
        if self._chance(0.3) and search["start"] <= day and ends_within:
            next_day = day + timedelta(days=1)
            if self.days.is_known(next_day):
                yield {"start": search["start"], "end": day}
                yield {"start": next_day, "end": search["end"]}
                return
        yield search

    def _services(self, codes: list[Record]) -> list[Record]:
        services = self._renewed(codes[0]) if len(codes) == 1 and codes[0]["end"] else []
        if self._chance(0.3):
            services += self._from_service_to_service()
        start = self._service_start(codes)
        group, kind = self._one(SERVICES)
        for _ in range(self._one((0, 1, 2, 3, 4))):
            if self._chance(0.4):
                group, kind = self._one(SERVICES)
            end = self.days.end(start)
            services.append({"group": group, "kind": kind, "start": start, "end": end})
            gap = timedelta(days=self._one((-3, 1, 6, 7, 7, 8, 8, 9, 40)))
            start = end + gap if end and self._chance(0.8) else self._service_start(codes)
            if end and self._chance(0.2):
                start = add_months(end, 3) + timedelta(days=self._one((-1, 0, 1)))
        return self._unique(services, ("kind", "start"))

    def _renewed(self, code: Record) -> list[Record]:
        """A service right after unemployment, and another that may be its renewal."""
        start = code["end"] + timedelta(days=self._one((0, 1, 1, 1, 2)))
        end = start + timedelta(days=self.days.rng.randrange(3, 20))
        again = end + timedelta(days=self._one((6, 7, 7, 8, 8)))
        group, kind = self._one(SERVICES)
        return [
            {"group": group, "kind": kind, "start": start, "end": self.days.known_end(end)},
            {"group": group, "kind": kind, "start": again, "end": self.days.end(again)},
        ]

    def _from_service_to_service(self) -> list[Record]:
        """A service that began twelve months before a count day, or three months after another."""
        start = add_months(self.days.count_day(), -self._one((12, 12, 6)))
        start += timedelta(days=self._one((0, 0, 1)))
        end = add_months(start, -3) + timedelta(days=self._one((-1, 0, 0, 40)))
        (one, of_one), (other, of_other) = self.days.rng.sample(SERVICES, 2)
        return [
            {"group": one, "kind": of_one, "start": end, "end": end},
            {"group": other, "kind": of_other, "start": start, "end": None},
        ]

    def _service_start(self, codes: list[Record]) -> date:
        ends: list[date] = [code["end"] for code in codes if code["end"]]
        if ends and self._chance(0.6):
            return self.days.rng.choice(ends) + timedelta(days=self._one((0, 1, 1, 2)))
        return self.days.any()

    def _unique(self, rows: list[Record], key: tuple[str, ...]) -> list[Record]:
        """What import leaves: known starts, one row a key; no reason to end is told."""
        day = key[-1]
        known = {tuple(row[k] for k in key): row for row in rows if self.days.is_known(row[day])}
        reason = {"end_reason": None} if "group" in (rows[0] if rows else {}) else {}
        return [{**row, **reason} for row in known.values()]

    def _grants(self, searches: list[Record]) -> list[Record]:
        """Start-up grants around the end of a job search; kind 65 is of nobody else."""
        rows = []
        for search in searches:
            if search["end"] and self._chance(0.4):
                search["end_reason"] = self._one(("00", "00", "01"))
                start = search["end"] + timedelta(days=self._one((-15, -14, 0, 14, 15)))
                row = {"group": "subsidised", "kind": "65", "start": start}
                rows.append({**row, "end": self.days.end(start)})
        return self._unique(rows, ("kind", "start"))

    def _statements(self, searches: list[Record]) -> list[Record]:
        rows = []
        for search in searches:
            if search["end"] and self._chance(0.5):
                given = search["end"] + timedelta(days=self._one((-32, -31, 0, 31, 32)))
                row = {"code": self._one(STATEMENTS), "given": given, "start": given}
                rows.append({**row, "end": self.days.end(given)})
        return self._unique(rows, ("code", "start"))

    def _plans(self) -> list[Record]:
        rows = []
        for _ in range(self._one((0, 1, 1, 2))):
            d = self.days.count_day()
            signed = self._one((d, self.days.edge(), add_months(d, -3), self.days.any()))
            signed += timedelta(days=self._one((-1, 0, 0, 1)))
            for kind in PLANS[: self._one((1, 1, 2))]:
                review = max(signed, d + timedelta(days=self._one((-1, 0, 1, 90))))
                rows.append({"kind": kind, "review": self._one((None, review)), "signed": signed})
        return self._unique(rows, ("kind", "signed"))

    def _offers(self, codes: list[Record], letter: str) -> list[Record]:
        rows = []
        for _ in range(self._one((0, 1, 1, 2, 3))):
            day = self.days.any()
            if codes and self._chance(0.6):
                days = self._one((-1, 0, 1, 30, 31, 90, 91))
                day = self._one(codes)["start"] - timedelta(days=days)
            vacancy = self._one((f"{letter}1", f"{letter}2", f"{letter}3", None))
            if self.days.is_known(day):
                rows.append({"vacancy_id": vacancy, "date": day, "result": self._one(RESULTS)})
        return rows
