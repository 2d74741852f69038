"""Output records: what was hidden in a table and why, by rule, in counts alone."""

from indicators.disclosure.records.making import Attack, Facts, make_record
from indicators.disclosure.records.model import Record
from indicators.disclosure.records.page import review_page
from indicators.disclosure.records.recording import record_of
from indicators.disclosure.records.writing import write_records

__all__ = [
    "Attack",
    "Facts",
    "Record",
    "make_record",
    "record_of",
    "review_page",
    "write_records",
]
