"""Requests to a public source: paced, repeated where that may help, refused in one line.

``requests`` makes the connections and reads the environment's proxies and certificates,
``tenacity`` repeats. An answer counts only when its whole body has come and could be read.
"""

from __future__ import annotations

import ipaddress
import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
)
from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from indicators.errors import SourceError, UsageError
from indicators.settings.model import Fetch
from indicators.version import __version__

_T = TypeVar("_T")

TOO_MANY_CALLS, FORBIDDEN = 429, 403
_UNAVAILABLE = (503, 504)
# What a later request may have a better answer to: a time-out, a server that is restarted.
_PASSING = (408, TOO_MANY_CALLS, 500, 502, *_UNAVAILABLE)
_USUAL_WINDOW_SECONDS = 60.0
_FIRST_WAIT_SECONDS, _LONGEST_BACKOFF_SECONDS = 1.0, 30.0
_BLOCK = 1 << 16


class Clock(Protocol):
    """The time, and waiting: a test has a clock that does not wait."""

    def now(self) -> datetime:
        """The moment, with its time zone."""

    def monotonic(self) -> float:
        """Seconds that only grow."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class NotAnsweredError(SourceError):
    """A source that gave no answer, however often it was asked."""


class SlowAnswerError(NotAnsweredError):
    """It took too long, or said that it cannot now: less at a time may help."""


class RefusedError(SourceError):
    """A source that answered that it will not."""


class ForbiddenError(RefusedError):
    """Status 403, which StatFin's server gives to a query of too many cells."""


class _PassingError(Exception):
    """One try without an answer that counts.

    Args:
        reason: Why, in a few words.
        wait: Seconds that the source asks to wait; None where it says nothing.
        kind: What it is when no further try helps.
    """

    def __init__(
        self,
        reason: str,
        *,
        wait: float | None = None,
        kind: type[SourceError] = NotAnsweredError,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.kind = kind


class UnreadableAnswerError(Exception):
    """Raised by whoever reads a body that is not what was asked for; the request is repeated."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered.

    Attributes:
        address: What was asked: of the server that ``base_url`` names, where it names one.
        body: As received (unpacked, where it was packed for the journey alone).
        fetched: When.
    """

    address: str
    body: bytes
    fetched: datetime


@dataclass
class Pace:
    """So many calls in a sliding window of time, and never more.

    Attributes:
        clock: Tells the time and waits.
        calls: Most calls within the window.
        window: Its seconds.
    """

    clock: Clock
    calls: int
    window: float
    _made: deque[float] = field(default_factory=deque)

    def wait(self) -> None:
        """Wait until one more call is within the limit, and count it."""
        while len(self._made) >= self.calls:
            past = self.clock.monotonic() - self._made[0]
            if past < self.window:
                self.clock.sleep(self.window - past)
            else:
                self._made.popleft()
        self._made.append(self.clock.monotonic())


class Client:
    """A client of one source.

    Args:
        options: ``[fetch]`` of the settings.
        clock: Tells the time and waits.
        pace: The limit that the source sets; None where none is known.
    """

    def __init__(self, options: Fetch, clock: Clock, pace: Pace | None = None) -> None:
        self._options = options
        self.clock = clock
        self.pace = pace
        self._server = server_of(options.base_url) if options.base_url else None
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"indicators/{__version__}"
        # Nothing that a .netrc of this machine may know is sent to anybody.
        self._session.auth = _no_credentials
        if self._server and _is_loopback(self._server[1]):
            self._session.trust_env = False

    def get(self, address: str, read: Callable[[bytes], _T]) -> tuple[Answer, _T]:
        """GET an address.

        Args:
            address: As the source itself is addressed, whatever ``base_url`` says.
            read: Makes something of the body, or raises :class:`UnreadableAnswerError`.

        Raises:
            SourceError: There is no answer that counts.
        """
        asked = self._at_server(address)
        return self._repeat(asked, lambda: self._once("GET", asked, read))

    def get_json(self, address: str) -> tuple[Answer, Any]:
        """GET an address that answers in JSON; raises SourceError."""
        return self.get(address, read_json)

    def post(
        self, address: str, content: Mapping[str, Any], read: Callable[[bytes], _T]
    ) -> tuple[Answer, _T]:
        """POST JSON; takes and raises what :meth:`get` does."""
        asked = self._at_server(address)
        return self._repeat(asked, lambda: self._once("POST", asked, read, content))

    def download(self, address: str, target: Path) -> tuple[str, datetime]:
        """GET an address into a file, block by block, for what does not fit into memory.

        Returns:
            What was asked, and when it had come.

        Raises:
            SourceError: There is no answer that counts.
        """

        def once() -> tuple[str, datetime]:
            with self._ask("GET", asked) as response, target.open("wb") as stream:
                for block in response.iter_content(_BLOCK):
                    stream.write(block)
            with target.open("rb") as stream:
                # What a server says to people is no data, whatever its status.
                if stream.read(_BLOCK).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
                    raise _PassingError("its answer is a web page", kind=RefusedError)
            return asked, self.clock.now()

        asked = self._at_server(address)
        return self._repeat(asked, once)

    def _once(
        self,
        method: str,
        address: str,
        read: Callable[[bytes], _T],
        content: Mapping[str, Any] | None = None,
    ) -> tuple[Answer, _T]:
        with self._ask(method, address, content) as response:
            body = response.content
        try:
            return Answer(address, body, self.clock.now()), read(body)
        except UnreadableAnswerError as error:
            raise _PassingError(f"its answer {error}", kind=RefusedError) from None

    @contextmanager
    def _ask(
        self, method: str, address: str, content: Mapping[str, Any] | None = None
    ) -> Iterator[requests.Response]:
        """One request; whatever hinders it or the reading of its body is passing or final."""
        if self.pace:
            self.pace.wait()
        try:
            with self._session.request(
                method,
                address,
                json=content,
                timeout=self._options.timeout_seconds,
                stream=True,
            ) as response:
                self._check_status(address, response)
                yield response
        except requests.exceptions.SSLError as error:
            text = f"{address}: the server's certificate is not trusted; see docs/fetching.md"
            raise NotAnsweredError(text) from error
        except requests.exceptions.Timeout as error:
            text = f"nothing within {self._options.timeout_seconds:g} s"
            raise _PassingError(text, kind=SlowAnswerError) from error
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            raise _PassingError("its answer was cut short") from None
        except requests.exceptions.ConnectionError as error:
            raise _PassingError("no connection, or cut off") from error
        except requests.exceptions.RequestException as error:
            text = f"{address}: cannot be asked ({type(error).__name__}); look at the address"
            raise RefusedError(text) from error

    def _check_status(self, address: str, response: requests.Response) -> None:
        status = response.status_code
        if status == requests.codes.ok:
            return
        if status in _PASSING:
            wait = _asked_wait(response.headers.get("Retry-After"))
            if status == TOO_MANY_CALLS:
                # Who keeps asking within the window stays refused.
                window = max(_USUAL_WINDOW_SECONDS, self.pace.window if self.pace else 0)
                raise _PassingError("too many calls", wait=window if wait is None else wait)
            kind = SlowAnswerError if status in _UNAVAILABLE else NotAnsweredError
            raise _PassingError(f"status {status}", wait=wait, kind=kind)
        refusal = ForbiddenError if status == FORBIDDEN else RefusedError
        raise refusal(f"{address}: refused (status {status}); see docs/fetching.md")

    def _repeat(self, address: str, once: Callable[[], _T]) -> _T:
        retrying = Retrying(
            retry=retry_if_exception_type(_PassingError),
            stop=stop_after_attempt(self._options.attempts),
            wait=lambda state: self._seconds_to_wait(address, state),
            sleep=self.clock.sleep,
            reraise=True,
        )
        try:
            return retrying(once)
        except _PassingError as error:
            times = "once" if self._options.attempts == 1 else f"{self._options.attempts} times"
            raise error.kind(
                f"{address}: did not answer ({error.reason}; asked {times}); try again later, "
                "what has come is kept"
            ) from error

    def _seconds_to_wait(self, address: str, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        wait = error.wait if isinstance(error, _PassingError) else None
        if wait is None:
            doubled = _FIRST_WAIT_SECONDS * 2 ** (state.attempt_number - 1)
            return float(min(doubled, _LONGEST_BACKOFF_SECONDS))
        if wait > self._options.longest_wait_seconds:
            raise NotAnsweredError(
                f"{address}: asks for a longer wait than the "
                f"{self._options.longest_wait_seconds:g} s of [fetch] longest_wait_seconds; try "
                "again later, what has come is kept"
            )
        return wait

    def _at_server(self, address: str) -> str:
        """The address at the server that ``base_url`` names; paths stay the source's own."""
        if self._server is None:
            return address
        return urlunsplit((*self._server, *urlsplit(address)[2:]))


def server_of(url: str) -> tuple[str, str]:
    """Scheme and host of a server.

    Raises:
        UsageError: The text is something else.
    """
    parts = urlsplit(url)
    try:
        named = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        named = False
    if not named or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UsageError(
            f"--base-url or [fetch] base_url, {url}: give scheme and host of a server, such as "
            "http://127.0.0.1:8080; the paths stay the source's own"
        )
    return parts.scheme, parts.netloc


def read_json(body: bytes) -> Any:
    """JSON of a body; raises UnreadableAnswerError."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableAnswerError("is not JSON") from None


def _asked_wait(retry_after: str | None) -> float | None:
    """Seconds of a header ``Retry-After``, which may be a date; None without a readable one."""
    if retry_after is None:
        return None
    try:
        # Its own upper limit is six hours; ours is `longest_wait_seconds`.
        return Retry().parse_retry_after(retry_after)
    except InvalidHeader:
        return None


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _is_loopback(server: str) -> bool:
    host = urlsplit(f"//{server}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
