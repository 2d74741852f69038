"""Areas of the keys are counted from a register that holds all their municipalities, or not."""

import pyarrow as pa
import pytest

from indicators.measures.register.computing import held_groups

LAHTI = ("KU398", "KU016", "KU098", "KU316", "KU560")


class Residents:
    """A register of which the municipalities of residence alone are known."""

    def __init__(self, *codes):
        self.codes = codes

    def has(self, _table):
        return bool(self.codes)

    def read(self, *_what, **_how):
        return pa.table({"municipality": pa.array(self.codes).dictionary_encode()})


@pytest.mark.parametrize(
    ("codes", "held"),
    [
        # Nastola is part of Lahti.
        (("532", "016", "098", "316", "560"), {"LAHTI5", "TRIAL-lahti", "TA19"}),
        (("398", "016", "098", "316"), {"LAHTI5", "TA19"}),
        (("091",), {"LAHTI5"}),
        ((), {"LAHTI5"}),
    ],
)
def test_a_part_of_an_area_is_not_taken_for_the_whole(codes, held):
    groups = {"LAHTI5": LAHTI, "TRIAL-lahti": LAHTI, "TA19": ("KU398",), "TA31": ("KU111",)}
    assert set(held_groups(Residents(*codes), groups)) == held
