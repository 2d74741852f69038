"""The evaluation: results, executed notebooks, and two volumes under ``_site/evaluation/``."""

from indicators.production.evaluation.making import Made, make

__all__ = ["Made", "make"]
