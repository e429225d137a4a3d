"""The line between an engine and the world, and the weather on it.

Each call goes out, takes effect, and comes back, and lets others run between; any of it can go wrong. What has been
frozen stays where it is until it is thawed, as a stopped process does.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from sync.couriers.apprise_courier import Courier
from sync.couriers.render import RenderedMail
from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.base import Capabilities, GatewayRefund, Heard, Link, LinkOrder, RefundOrder
from tests.model.gateways import Provider

T = TypeVar("T")


class Sky(Enum):
    """What happens to a call."""

    CLEAR = "it goes well"
    AWAY = "nobody is reached"
    EATEN = "the line breaks before it has an effect, or something else answers"
    LOST = "it takes effect, and the answer is lost"
    STUMBLES = "a 500 without effect, which its key brings back"
    BREAKS = "a 500 after the effect, which its key brings back"
    BUSY = "429 with Retry-After"
    DECLINED = "it is refused"
    KEY_REFUSED = "our key is refused"


_BEFORE: dict[Sky, Callable[[], WorldError]] = {
    Sky.AWAY: lambda: Unreachable("Nobody answers."),
    Sky.EATEN: lambda: OutcomeUnknown("No clear answer."),
    Sky.BUSY: lambda: Busy("Too many requests.", retry_after=7),
    Sky.DECLINED: lambda: Declined("That is not possible."),
    Sky.KEY_REFUSED: lambda: Misconfigured("The key is not accepted."),
}
TROUBLED = {Sky.LOST, Sky.EATEN, Sky.STUMBLES, Sky.BREAKS}


def _goes_wrong_before(sky: Sky) -> None:
    if sky in _BEFORE:
        error = _BEFORE[sky]()
        raise error


@dataclass
class Weather:
    """What the next calls of each service meet, and what all after them do."""

    coming: dict[str, deque[Sky]] = field(default_factory=dict)
    lasting: dict[str, Sky] = field(default_factory=dict)

    def next(self, service: str) -> Sky:
        """Return what a call of `service` meets."""
        coming = self.coming.get(service)
        return coming.popleft() if coming else self.lasting.get(service, Sky.CLEAR)

    def clears(self) -> None:
        """Nothing goes wrong any more."""
        self.coming.clear()
        self.lasting.clear()


class Line:
    """One engine's way to the world."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self._thawed: asyncio.Event | None = None

    def freeze(self) -> None:
        """Stop where it is, with everything that is on the way."""
        self._thawed = asyncio.Event()

    def thaw(self) -> None:
        """Go on."""
        if self._thawed is not None:
            self._thawed.set()

    async def ask(self, service: str, act: Callable[[], T]) -> T:
        """Ask for something, which changes nothing: what goes wrong is safe to repeat."""
        await self._passes()
        sky = self._weather.next(service)
        if sky in TROUBLED:
            raise Unreachable("No clear answer.")
        _goes_wrong_before(sky)
        answer = act()
        await self._passes()
        return answer

    async def carry(self, service: str, act: Callable[[], T], stumble: Callable[[], None] | None = None) -> T:
        """Carry one call that changes something; `stumble` has its key bring a 500 back."""
        await self._passes()
        sky = self._weather.next(service)
        _goes_wrong_before(sky)
        answer = None if sky is Sky.STUMBLES else act()
        if stumble and sky in {Sky.STUMBLES, Sky.BREAKS}:
            stumble()
        await self._passes()
        if sky in TROUBLED or answer is None:
            raise OutcomeUnknown("The answer was lost.")
        return answer

    async def _passes(self) -> None:
        await asyncio.sleep(0)
        if self._thawed is not None:
            await self._thawed.wait()


class Reach:
    """A gateway as an engine reaches it."""

    def __init__(self, provider: Provider, line: Line) -> None:
        self._provider = provider
        self._line = line

    @property
    def capabilities(self) -> Capabilities:
        """What the gateway can do."""
        return self._provider.capabilities

    async def create_link(self, order: LinkOrder) -> Link:
        """Make a link."""
        there, key = self._provider, order.idempotency_key
        return await self._line.carry("gateway", lambda: there.create(order), lambda: there.stumbles(key, order))

    async def cancel_link(self, gateway_id: str, idempotency_key: str) -> Link:
        """Switch a link off."""
        there, key = self._provider, idempotency_key
        return await self._line.carry(
            "gateway", lambda: there.cancel(gateway_id, key), lambda: there.stumbles(key, gateway_id)
        )

    async def refund(self, order: RefundOrder) -> GatewayRefund:
        """Give money back."""
        there, key = self._provider, order.idempotency_key
        return await self._line.carry("gateway", lambda: there.refund(order), lambda: there.stumbles(key, order))

    async def fetch_link(self, gateway_id: str) -> Link:
        """Return a link."""
        return await self._line.ask("gateway", lambda: self._provider.fetch(gateway_id))

    async def find_link(self, request_id: str) -> Link | None:
        """Look a link up."""
        return await self._line.ask("gateway", lambda: self._provider.find(request_id))

    async def hear(self, cursor: str | None) -> Heard:
        """Read the feed."""
        return await self._line.ask("gateway", lambda: self._provider.hear(cursor))

    async def check(self) -> str:
        """Say that the key is right."""
        return await self._line.ask("gateway", lambda: "The fake answered.")

    async def aclose(self) -> None:
        """There is nothing to close."""


@dataclass(frozen=True)
class Letter:
    """What reached the client or the clinic."""

    to: str
    text: str
    message_id: str = ""


@dataclass
class Mailbox:
    """Everything that has arrived."""

    emails: list[Letter] = field(default_factory=list)
    texts: list[Letter] = field(default_factory=list)
    notices: list[Letter] = field(default_factory=list)


@dataclass(frozen=True)
class Post(Courier):
    """A courier that carries into a mailbox, over a line."""

    line: Line = field(default_factory=lambda: Line(Weather()))
    mailbox: Mailbox = field(default_factory=Mailbox)

    async def send_email(
        self,
        url_template: str,  # noqa: ARG002
        to: str,
        mail: RenderedMail,
        *,
        message_id: str,
        reply_to: str | None,  # noqa: ARG002
        clinic_name: str,  # noqa: ARG002
    ) -> str:
        """Deliver an email."""
        return await self._deliver("email", self.mailbox.emails, Letter(to, mail.text, message_id))

    async def send_sms(self, url_template: str, to_e164: str, text: str) -> str:  # noqa: ARG002
        """Deliver an SMS."""
        return await self._deliver("sms", self.mailbox.texts, Letter(to_e164, text))

    async def notify(
        self,
        target_url: str,
        title: str,  # noqa: ARG002
        body: str,
        *,
        kind: str,  # noqa: ARG002
        html: str = "",  # noqa: ARG002
        message_id: str = "",
    ) -> str:
        """Deliver a notification."""
        return await self._deliver("notify", self.mailbox.notices, Letter(target_url, body, message_id))

    async def _deliver(self, service: str, box: list[Letter], letter: Letter) -> str:
        def arrives() -> str:
            box.append(letter)
            return "250 OK"

        return await self.line.carry(service, arrives)
