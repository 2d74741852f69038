"""What is a personal identity code, and what only looks like one."""

from __future__ import annotations

import base64
import random
import re
import unicodedata
import uuid
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planting import CONTROL, code

from indicators.scanning.patterns import (
    _PLAIN_SIGNS,
    IdentityCode,
    _plain_text,
    are_code_digits,
    find_codes,
    find_codes_in_bytes,
    is_valid,
    mask_codes,
    ten_digit_numbers,
)

SIGNS = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}


def values(text: str) -> list[str]:
    return [item.value for item in find_codes(text)]


@given(st.text(st.sampled_from("aA1- e\u0301\u030a\u200b\u2010\u2212\uff11ﬁ½äÅ"), max_size=12))
def test_only_what_is_not_ascii_is_made_plain_and_all_of_it(text: str) -> None:
    assert _plain_text(text) == unicodedata.normalize(
        "NFKC", text.translate(_PLAIN_SIGNS)
    ).translate(_PLAIN_SIGNS)


@pytest.mark.parametrize("number", [2, 899, 900, 999])
def test_numbers_that_are_given(number: int) -> None:
    assert is_valid(code(number=number))
    assert IdentityCode(code(number=number)).artificial == (number >= 900)


@pytest.mark.parametrize("number", [0, 1])
def test_numbers_that_are_not(number: int) -> None:
    assert not is_valid(code(number=number))


@pytest.mark.parametrize("day", ["310290", "000190", "010090", "320190", "290201"])
def test_days_that_are_not(day: str) -> None:
    assert not is_valid(code(day=day))


def test_a_leap_day_is_one_only_in_its_century() -> None:
    assert is_valid(code(sign="A", day="290200"))
    assert not is_valid(code(sign="-", day="290200"))


def with_control(kind: str, number: int = 900) -> str:
    """A code whose control character is a digit, a letter that hexadecimal numbers have, or not."""
    ranges = {"digit": CONTROL[:10], "hex": CONTROL[10:16], "letter": CONTROL[16:]}
    return next(item for n in range(number, 1000) if (item := code(number=n))[-1] in ranges[kind])


@pytest.mark.parametrize("kind", ["digit", "hex", "letter"])
@pytest.mark.parametrize(
    "text", ["hetu{}", "hetu{}abc", "x_{}_y", "{}x", "ä{}ö", "id-{}-2", "\\n{}", "_{}_"]
)
def test_letters_may_be_glued_on(text: str, kind: str) -> None:
    item = with_control(kind)
    assert values(text.format(item)) == [item]


@pytest.mark.parametrize("text", ["1{}", "123456{}", "{}1", "20{}00"])
def test_digits_may_be_glued_on_where_no_clock_and_no_telephone_has_made_it(text: str) -> None:
    assert values(text.format(with_control("letter"))) == [with_control("letter")]
    assert values(text.format(with_control("digit"))) == []


SPELLINGS = [
    "{d}{z}", "{d} {z}", "{d}/{z}", "{d}.{z}", "{d}_{z}", "{d}: {z}", "{d}\u00b7{z}",
    "{d[0]}{d[1]}.{d[2]}{d[3]}.{d[4]}{d[5]}-{z}", "{d[0]}{d[1]} {d[2]}{d[3]} {d[4]}{d[5]} - {z}",
    "{d} A {z}", "hetu{d}{z}", "{d}{z}xyz",
]  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
def test_without_its_sign_it_is_told_by_a_letter(text: str) -> None:
    item = with_control("letter")
    [found] = values(text.format(d=item[:6], z=item[7:]))
    assert found.replace("A", "-", 1) == item
    other = with_control("digit")
    assert values(text.format(d=other[:6], z=other[7:])) == []
    wrong = item[:10] + next(sign for sign in "XYWV" if sign != item[10])
    assert values(text.format(d=wrong[:6], z=wrong[7:])) == []


@pytest.mark.parametrize("kind", ["digit", "hex", "letter"])
@pytest.mark.parametrize(
    "text",
    [
        "{d}\u2013{z}", "{d}\u2212{z}", "{d}\u2011{z}", "{d}\u00a0-\u00a0{z}", "{d} - {z}",
        "{d}-\n{z}", "'{d}-{z}'", '="{d}-{z}"', "{d}\u200b-{z}", "{d}-\ufeff{z}", "{d}\u00ad-{z}",
        "{d}\u202f-{z}", "{d}\u2060-\ufe0e{z}", "\x1b[31m{d}\x1b[0m-{z}", "{d}'{z}", "{d}\u2019{z}",
        "\u0660\u0661{d[2]}{d[3]}{d[4]}{d[5]}-{z}",
    ],
)  # fmt: skip
def test_other_dashes_quotes_and_what_cannot_be_seen(text: str, kind: str) -> None:
    item = with_control(kind)
    assert values(text.format(d=item[:6], z=item[7:])) == [item]


@pytest.mark.parametrize(
    "text",
    [
        "hetu:{}.", "_{}_", "({})", "x,{},y", "a-{}", "\\n{}", "<td>{}</td>", "Ä {} ö",
    ],
)  # fmt: skip
def test_found_beside_signs(text: str) -> None:
    assert values(text.format(code())) == [code()]


def broken(text: str) -> dict[str, str]:
    return {
        "bold": f"{text[:7]}<b>{text[7:10]}</b>{text[10]}",
        "many": "".join(f"<i class='a b'>{sign}</i>" for sign in text),
        "stars": f"{text[:7]}**{text[7:]}**",
        "code": f"`{text[:6]}`-`{text[7:]}`",
        "space": f"{text[:6]} - {text[7:]}",
        "line": f"{text[:7]}\n{text[7:]}",
        "dash": text.replace("-", "\u2013"),
        "minus": text.replace("-", "\u2212"),
        "soft": f"{text[:3]}\u00ad{text[3:]}",
        "joined": f"{text[:7]}\u2060\u200b{text[7:]}",
        "wide": "".join(chr(ord(s) + 0xFEE0) if s.isdigit() else s for s in text[:10]) + text[10],
        "small": text.lower(),
        "tex": f"{text[:6]}\\-{text[7:]}",
    }


@pytest.mark.parametrize("how", broken(code()))
def test_found_when_broken_by_markup(how: str) -> None:
    assert values(f"x {broken(code(number=955))[how]} y") == [code(number=955)]


def test_each_is_counted_once_whole_or_broken() -> None:
    item, other = code(), code(number=951)
    text = f"{item} {item}\n{other[:7]}<b>{other[7:]}</b>\n<i>{item}</i>"
    assert [(c.value, c.line) for c in find_codes(text)] == [
        (item, 0),
        (item, 0),
        (item, 2),
        (other, 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "010190-9501", "12345678901234567890", "20220101-1234", "0101900950A", "01-01-90 950",
        "c0101909a950a", "550e8400-e29b-41d4-a716-446655440000", "+358 40 1234567", "0401234567",
        "010190-9000", "12:30:45.678K", "2022-02-01T12:00:00Z", "120301.123Z", "10.1016/j.010190.2",
    ],
)  # fmt: skip
def test_what_only_looks_like_one(text: str) -> None:
    assert values(text) == []
    assert find_codes_in_bytes(text.encode()) == []


@given(st.text(alphabet="0123456789-+AaYBx <b>*\n", max_size=60))
def test_whatever_is_found_is_one(text: str) -> None:
    """A slow twin that knows no pattern: the parts, the day and the control one by one."""
    for value in values(text):
        day, month, year, sign = int(value[:2]), int(value[2:4]), int(value[4:6]), value[6]
        date(SIGNS[sign] + year, month, day)
        assert 2 <= int(value[7:10]) <= 999
        assert CONTROL[(int(value[:6]) * 1000 + int(value[7:10])) % 31] == value[10]


@given(
    st.dates(date(1800, 1, 1), date(2099, 12, 31)),
    st.integers(2, 999),
    st.sampled_from([" ", "\n", "<p>", "ä", ",", ";", "'"]),
    st.data(),
)
def test_every_code_is_found(day: date, number: int, beside: str, data: st.DataObject) -> None:
    signs = [sign for sign, century in SIGNS.items() if century == day.year // 100 * 100]
    sign = data.draw(st.sampled_from(signs))
    item = code(sign, number, day.strftime("%d%m%y"))
    assert values(f"{beside}{item}{beside}") == [item]
    assert [c.value for c in find_codes_in_bytes(b"\xff" + item.encode() + b"\0")] == [item]


def test_raw_runs_of_packed_arrays() -> None:
    packed = "".join(code(number=number) for number in (950, 951, 952)).encode()
    assert len(find_codes_in_bytes(b"\0" + packed + b"\0")) == 3
    assert find_codes_in_bytes(b"1" + packed[:11]) == find_codes_in_bytes(packed[:11] + b"1") == []
    assert len(find_codes_in_bytes(packed.decode().encode("utf-32-le"))) == 3


def test_raw_bytes_do_not_take_digests_for_codes() -> None:
    item = code(sign="A").lower()
    assert find_codes_in_bytes(f"ab{item}cd".encode()) == []
    assert find_codes_in_bytes(f" {item} ".encode()) == []
    assert len(find_codes_in_bytes(f" {item.upper()} ".encode())) == 1


def test_chance_makes_no_code_of_digests_clocks_and_encoded_files() -> None:
    """As many as a year's pages hold, drawn once and for all."""
    draw = random.Random(1)
    digests = "\n".join(draw.randbytes(32).hex() for _ in range(20_000))
    names = "\n".join(str(uuid.UUID(bytes=draw.randbytes(16))) for _ in range(20_000))
    packed = base64.b64encode(draw.randbytes(2_000_000)).decode()
    start = datetime(2022, 1, 1)
    moments = [start + timedelta(minutes=draw.randrange(10**6)) for _ in range(20_000)]
    clocks = "\n".join(
        f"{moment:%Y%m%d-%H%M} {moment:%Y-%m-%dT%H:%M:%S} {moment:%H%M%S}" for moment in moments
    )
    figures = "\n".join(f"{draw.random() * 10**6:.4f}" for _ in range(20_000))
    for text in (digests, names, packed, clocks, figures):
        assert values(text) == []


def test_numbers_of_ten_digits() -> None:
    numbers = [
        int(item[:6] + item[7:]) for n in range(900, 1000) if (item := code(number=n))[-1].isdigit()
    ]
    assert are_code_digits(np.array(numbers)).all()
    assert not are_code_digits(np.array(numbers) + 1).any()
    assert not are_code_digits(np.array([0, 1, 401234567, 10**10, 310290 * 10**4])).any()
    assert ten_digit_numbers(
        "a 0101909090, x0101909090 010190 9090 1.0101909090 +3580101909090"
    ) == [
        101909090,
        101909090,
    ]


def test_what_is_shown_is_masked() -> None:
    item = code()
    assert mask_codes("plain/path") == "plain/path"
    assert mask_codes(f"a/{item}/b_{item}.txt") == "a/[hetu]/b_[hetu].txt"
    assert mask_codes(f"a {item[:7]}<b>{item[7:]}</b>") == "[hetu]"
    assert not re.search("[0-9]{6}", mask_codes(f"{item} {item.replace('-', '–')}"))
    # One number of ten digits is no finding, but it is not shown either.
    digits = with_control("digit").replace("-", "")
    assert (values(digits), mask_codes(f"a/{digits}.txt")) == ([], "a/[hetu].txt")
