"""What a client has agreed to: a tick for each channel, saved as soon as it is changed."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from store.errors import PaydeskError
from store.models import Channel, Client
from tui.background import begin
from tui.screens.base import app_of
from tui.widgets.channel_row import Tick


class ConsentTick(Tick):
    """Whether the client has agreed to messages by one channel; Space changes and saves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space",
            "tick",
            "on/off",
            tooltip="The client has agreed to messages by this channel, or not",
            id="clients.consent",
        ),
    ]

    def __init__(self, label: str, channel: Channel) -> None:
        super().__init__(label)
        self.id = f"consent-{channel}"
        self.channel = channel


class Consent(Vertical):
    """The ticks of one client. Changes are saved one after another, however fast they come; then posts `Settled`."""

    class Settled(Message):
        """What was ticked is saved, or is not, for the reason in `wrong`."""

        def __init__(self, wrong: str) -> None:
            super().__init__()
            self.wrong = wrong

    def __init__(self) -> None:
        super().__init__()
        self._client: Client | None = None
        self._wanted: dict[str, Client] = {}
        self._saving = ""

    def compose(self) -> ComposeResult:
        """Put the ticks under one another."""
        yield ConsentTick("may be sent email", "email")
        yield ConsentTick("may be sent SMS", "sms")

    def show(self, client: Client) -> None:
        """Show what a client has agreed to, unless that is older than what is ticked."""
        if client.id == self._saving or client.id in self._wanted:
            return
        if self._client is not None and self._client.id == client.id and client.version < self._client.version:
            return
        self._client = client
        for tick in self.query(ConsentTick):
            tick.on = client.may_get(tick.channel)

    @on(ConsentTick.Toggled)
    def _toggled(self, event: ConsentTick.Toggled) -> None:
        event.stop()
        if self._client is not None:
            ticked = {tick.channel: tick.on for tick in self.query(ConsentTick)}
            wanted = replace(self._client, email_consent=ticked["email"], sms_consent=ticked["sms"])
            self._client = self._wanted[wanted.id] = wanted
            if not self._saving:
                self._saving = wanted.id
                begin(self, self._save)

    async def _save(self) -> None:
        wrong, saved = "", self._client
        while self._wanted and not wrong:
            wanted = self._wanted.pop(next(iter(self._wanted)))
            self._saving = wanted.id
            try:
                saved = await self._saved(wanted, saved)
            except PaydeskError as error:
                wrong = str(error)
                self._wanted.clear()
        self._saving = ""
        self.post_message(self.Settled(wrong))

    async def _saved(self, wanted: Client, before: Client | None) -> Client:
        """Save what is ticked, on top of what was saved before it."""
        known = before.version if before is not None and before.id == wanted.id else 0
        saved = await app_of(self).desk.update_client(
            wanted.id,
            name=wanted.name,
            email=wanted.email,
            mobile=wanted.mobile,
            version=max(wanted.version, known),
            email_consent=wanted.email_consent,
            sms_consent=wanted.sms_consent,
        )
        if self._client is not None and self._client.id == saved.id:
            self._client = replace(self._client, version=saved.version)
        return saved
