"""What every topic of a block of persons needs."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.sources.synthetic.days import Array, Frame
from indicators.sources.synthetic.parameters import Model, Raw


@dataclass(frozen=True)
class Scene:
    """The persons of a block and the parameters.

    Attributes:
        model: Parameters of the life courses.
        records: Parameters of what is written down.
        people: Rows of :func:`people.make_people`.
        last: Day number of the extract date.
    """

    model: Model
    records: Raw
    people: Frame
    last: int

    @property
    def ids(self) -> Array:
        """Person ids, in order."""
        return self.people["person_id"]
