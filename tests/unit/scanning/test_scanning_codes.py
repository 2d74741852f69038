"""What is a personal identity code, and what only looks like one."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planting import CONTROL, code

from indicators.scanning.codes import _PLAIN, Code, _plain, find, find_raw, is_valid, mask

SIGNS = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}


def values(text: str) -> list[str]:
    return [one.value for one in find(text)]


@given(st.text(st.sampled_from("aA1- e\u0301\u030a\u200b\u2010\u2212\uff11ﬁ½äÅ"), max_size=12))
def test_only_what_is_not_ascii_is_made_plain_and_all_of_it(text: str) -> None:
    assert _plain(text) == unicodedata.normalize("NFKC", text.translate(_PLAIN))


@pytest.mark.parametrize("number", [2, 899, 900, 999])
def test_numbers_that_are_given(number: int) -> None:
    assert is_valid(code(number=number))
    assert Code(code(number=number)).artificial == (number >= 900)


@pytest.mark.parametrize("number", [0, 1])
def test_numbers_that_are_not(number: int) -> None:
    assert not is_valid(code(number=number))


@pytest.mark.parametrize("day", ["310290", "000190", "010090", "320190", "290201"])
def test_days_that_are_not(day: str) -> None:
    assert not is_valid(code(day=day))


def test_a_leap_day_is_one_only_in_its_century() -> None:
    assert is_valid(code(sign="A", day="290200"))
    assert not is_valid(code(sign="-", day="290200"))


@pytest.mark.parametrize(
    "text",
    [
        "1{}", "{}1", "a{}", "{}a", "123456{}", "{}-", "x{}x",
    ],
)  # fmt: skip
def test_parts_of_longer_words_are_none(text: str) -> None:
    is_part = text[0].isalnum() or text[-1].isalnum()
    assert bool(values(text.format(code()))) != is_part


@pytest.mark.parametrize(
    "text",
    [
        "hetu:{}.", "_{}_", "({})", "x,{},y", "a-{}", "\\n{}", "<td>{}</td>", "Ä {} ö",
    ],
)  # fmt: skip
def test_found_beside_signs(text: str) -> None:
    assert values(text.format(code())) == [code()]


def broken(one: str) -> dict[str, str]:
    return {
        "bold": f"{one[:7]}<b>{one[7:10]}</b>{one[10]}",
        "many": "".join(f"<i class='a b'>{sign}</i>" for sign in one),
        "stars": f"{one[:7]}**{one[7:]}**",
        "code": f"`{one[:6]}`-`{one[7:]}`",
        "space": f"{one[:6]} - {one[7:]}",
        "line": f"{one[:7]}\n{one[7:]}",
        "dash": one.replace("-", "\u2013"),
        "minus": one.replace("-", "\u2212"),
        "soft": f"{one[:3]}\u00ad{one[3:]}",
        "joined": f"{one[:7]}\u2060\u200b{one[7:]}",
        "wide": "".join(chr(ord(s) + 0xFEE0) if s.isdigit() else s for s in one[:10]) + one[10],
        "small": one.lower(),
        "tex": f"{one[:6]}\\-{one[7:]}",
    }


@pytest.mark.parametrize("how", broken(code()))
def test_found_when_broken_by_markup(how: str) -> None:
    assert values(f"x {broken(code(number=955))[how]} y") == [code(number=955)]


def test_each_is_counted_once_whole_or_broken() -> None:
    one, other = code(), code(number=951)
    text = f"{one} {one}\n{other[:7]}<b>{other[7:]}</b>\n<i>{one}</i>"
    assert [(c.value, c.line) for c in find(text)] == [(one, 0), (one, 0), (one, 2), (other, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "1010190-950A", "010190-9501", "12345678901234567890", "20220101-1234", "010190 950A",
        "0101900950A", "01-01-90 950", "c0101909a950a", "550e8400-e29b-41d4-a716-446655440000",
    ],
)  # fmt: skip
def test_what_only_looks_like_one(text: str) -> None:
    assert values(text) == []
    assert find_raw(text.encode()) == []


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
    one = code(sign, number, day.strftime("%d%m%y"))
    assert values(f"{beside}{one}{beside}") == [one]
    assert [c.value for c in find_raw(b"\xff" + one.encode() + b"\0")] == [one]


def test_raw_runs_of_packed_arrays() -> None:
    packed = "".join(code(number=number) for number in (950, 951, 952)).encode()
    assert len(find_raw(b"\0" + packed + b"\0")) == 3
    assert find_raw(b"1" + packed[:11]) == find_raw(packed[:11] + b"1") == []
    assert len(find_raw(packed.decode().encode("utf-32-le"))) == 3


def test_raw_bytes_do_not_take_digests_for_codes() -> None:
    one = code(sign="A").lower()
    assert find_raw(f"ab{one}cd".encode()) == []
    assert find_raw(f" {one} ".encode()) == []
    assert len(find_raw(f" {one.upper()} ".encode())) == 1


def test_what_is_shown_is_masked() -> None:
    one = code()
    assert mask("plain/path") == "plain/path"
    assert mask(f"a/{one}/b_{one}.txt") == "a/[hetu]/b_[hetu].txt"
    assert mask(f"a {one[:7]}<b>{one[7:]}</b>") == "[hetu]"
    assert not re.search("[0-9]{6}", mask(f"{one} {one.replace('-', '–')}"))
