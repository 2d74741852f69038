"""Output records: what was hidden in a table and why, by rule, in counts alone."""

from indicators.disclosure.records.making import Attack, Facts, make_record
from indicators.disclosure.records.model import RULES, Record
from indicators.disclosure.records.page import review_page
from indicators.disclosure.records.writing import write_records

__all__ = ["RULES", "Attack", "Facts", "Record", "make_record", "review_page", "write_records"]
