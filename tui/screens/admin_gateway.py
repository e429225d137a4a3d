"""Admin: the payment provider, and a test call to it."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from store.errors import PaydeskError
from tui.background import begin
from tui.screens.admin_ask import ON_OFF, Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_settings import SettingsSection
from tui.screens.base import app_of

KIND, KLARNA, SENDS = "gateway.kind", "gateway.klarna", "gateway.sends_messages"
NAMES = {"stripe": "Stripe", "coherent": "Coherent"}
NO_ENGINE = "No engine runs in this desk, so nothing can be asked. Start Paydesk with its gateway, then test again."
SAVE_FIRST = "Save first (^S): the test uses what is saved."


class GatewaySection(SettingsSection):
    """Kind, key, addresses, Klarna, and who sends the messages."""

    TITLE = "Gateway"
    ABOUT = "who takes the money"
    ASKS = (
        Ask(KIND, "Provider", words=NAMES),
        Ask("gateway.key", "Key", placeholder="none yet", secret=True),
        Ask("gateway.url", "Address", placeholder="empty is the provider's own"),
        Ask("gateway.allowed_hosts", "Further hosts", placeholder="on which its pay pages may lie"),
        Ask(KLARNA, "Klarna", words=ON_OFF),
        Ask(SENDS, "Messages by", words={"off": "Paydesk", "on": "the gateway"}),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "test", "test call", tooltip="Ask the gateway once, to prove address and key", id="admin.test"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._can_send: dict[str, bool] = {}
        self.asking = False

    async def read(self) -> None:
        """Read the settings, and which gateways could send messages themselves."""
        for kind in NAMES:
            if kind not in self._can_send:
                self._can_send[kind] = await self.desk.gateway_can_send(kind)
        await super().read()

    def noted(self, form: AskForm) -> None:
        """Say what holds for the provider that is chosen."""
        kind = form.values[KIND]
        name, can = NAMES[kind], self._can_send.get(kind, False)
        told = "The gateway sends the first message itself; it may cost there." if form.values[SENDS] == "on" else ""
        form.note(SENDS, told if can else f"{name} sends no messages, so Paydesk does, whatever is chosen.")
        form.note(KLARNA, "" if kind == "stripe" else f"{name} decides itself which ways to pay it offers.")
        moved = self.settings is not None and KIND in form.changed
        form.note(KIND, "Links that are out stay with the provider that made them." if moved else "")

    def action_test(self) -> None:
        """Ask the gateway, and go on with the desk meanwhile."""
        engine = app_of(self).engine
        if self.asking:
            return
        if self.unsaved:
            self.say(SAVE_FIRST, bad=True)
        elif engine is None:
            self.say(NO_ENGINE, bad=True)
        else:
            self.asking = True
            self.say("Asking the gateway …", waiting=True)
            begin(self, self._test, group="test")

    async def _test(self) -> None:
        engine = app_of(self).engine
        try:
            told = await engine.check_gateway() if engine is not None else NO_ENGINE
        except PaydeskError as error:
            self.say(str(error), bad=True)
        else:
            self.say(told)
        finally:
            self.asking = False
