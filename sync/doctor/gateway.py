"""The gateway: whether it answers and how fast, whether this computer's clock is right, whether it takes the key."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from store.settings import Settings
from sync.couriers.background import beside
from sync.doctor.finding import Finding, ok, problem, warning
from sync.doctor.known import Known
from sync.doctor.reach import SECONDS, Unreached, proxied, resolve
from sync.errors import WorldError
from sync.gateways.addresses import base_address, is_loopback
from sync.gateways.factory import DEFAULT_URLS
from sync.world import MakeGateway, gateway_from

NAME, CLOCK, KEY = "Gateway", "Clock", "Gateway key"
NOTICEABLE = timedelta(seconds=60)
WRONG = timedelta(hours=1)
"""An hour is what is left of the 24 for which Stripe keeps an idempotency key (see its `idempotency_window`)."""
SLOW = 2.0
_SET_UP = "Admin, Gateway; or `paydesk settings set gateway.key -`."


@dataclass(frozen=True, slots=True)
class Answer:
    """How the gateway answered: after so many seconds, and how far this computer's clock is ahead of its own."""

    seconds: float
    ahead: timedelta | None


async def gateway(known: Known, *, make: MakeGateway = gateway_from) -> list[Finding]:
    """Look at the gateway, the clock and the key, in this order: each needs the one before."""
    if known.settings is None:
        return [warning(NAME, "Not looked at, because the settings were not read.", "See above.")]
    try:
        address = base_address(known.settings["gateway.url"] or DEFAULT_URLS[known.settings["gateway.kind"]])
    except WorldError as error:
        return [problem(NAME, str(error), _SET_UP)]
    try:
        answer = await reached(address)
    except Unreached as error:
        return [problem(NAME, f"{error}.", _remedy(address, known.settings))]
    return [_reach(address, answer), _clock(address, answer), await _key(known.settings, make)]


async def reached(address: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Answer:
    """Ask for a page of the gateway that needs no key. Raises Unreached."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not proxied(parts.scheme, host):
        await beside(lambda: resolve(host, parts.port or (443 if parts.scheme == "https" else 80)))
    began, sent = time.monotonic(), clock()
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(follow_redirects=False, verify=True, trust_env=not is_loopback(host)) as client,
            client.stream("GET", address + "/") as response,
        ):
            date = response.headers.get("date", "")
    except (httpx.HTTPError, TimeoutError) as error:
        raise Unreached(_why(error, host)) from error
    seconds = time.monotonic() - began
    return Answer(seconds, _ahead(date, sent + timedelta(seconds=seconds / 2)))


def _why(error: Exception, host: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"{host} could not be reached safely: its certificate is not trusted"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return f"{host} did not answer within {SECONDS:g} seconds"
    return f"{host} could not be reached"


def _ahead(date: str, here: datetime) -> timedelta | None:
    """Return how far our clock is ahead; the Date header (RFC 9110, 6.6.1) has whole seconds, rounded down."""
    try:
        there = parsedate_to_datetime(date)
        return here - (there if there.tzinfo else there.replace(tzinfo=UTC)) - timedelta(seconds=0.5)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _reach(address: str, answer: Answer) -> Finding:
    text = f"{urlsplit(address).hostname} answers in {answer.seconds * 1000:.0f} ms."
    if answer.seconds > SLOW:
        return warning(NAME, text, "Everything works, slowly. Look at the line.")
    return ok(NAME, text)


def _clock(address: str, answer: Answer) -> Finding:
    if answer.ahead is None and is_loopback(urlsplit(address).hostname or ""):
        return ok(CLOCK, "The gateway is on this machine and goes by the same one.")
    if answer.ahead is None:
        return warning(CLOCK, "The gateway does not say what time it is.", "Compare the clock with another one.")
    seconds = round(answer.ahead.total_seconds())
    text = f"{abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} the gateway's."
    remedy = "Set this computer's clock, or have it set itself by network time (NTP)."
    if abs(answer.ahead) >= WRONG:
        return problem(CLOCK, text, remedy)
    if abs(answer.ahead) >= NOTICEABLE:
        return warning(CLOCK, text, remedy)
    return ok(CLOCK, "Right to the second." if abs(seconds) <= 1 else text)


async def _key(settings: Settings, make: MakeGateway) -> Finding:
    try:
        async with asyncio.timeout(SECONDS), aclosing(make(settings)) as made:
            return ok(KEY, await made.check())
    except TimeoutError:
        return problem(
            KEY, f"The gateway did not say within {SECONDS:g} seconds whether it takes the key.", "Try again."
        )
    except WorldError as error:
        return problem(KEY, str(error), _SET_UP)


def _remedy(address: str, settings: Settings) -> str:
    if is_loopback(urlsplit(address).hostname or ""):
        started = "opening a desk starts it" if settings.on("sandbox.embedded") else "`paydesk sandbox` starts it"
        return f"It should be on this machine: {started}."
    return "Check the internet line, the network's sign-in page, and this computer's clock. What is queued waits."
