"""The first start: whose desk this is, which gateway it speaks to, and who is its first manager."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import BadInput, PaydeskError
from store.staff import LONGEST_NAME
from tui import themes
from tui.screens.base import NEXT, PREVIOUS, DeskDialog
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.pin_field import PinField, agreed
from tui.widgets.question import new_pin, question, say_wrong

Gateway = Literal["sandbox", "stripe", "coherent"]
GATEWAYS: tuple[tuple[Gateway, str, str], ...] = (
    ("sandbox", "Sandbox", "try everything: no account, no key"),
    ("stripe", "Stripe", "with your secret key, sk_…"),
    ("coherent", "Coherent", "with your access token"),
)


@dataclass(frozen=True, slots=True)
class SetupChoice:
    """What was chosen at the first start, saved already."""

    name: str
    support_email: str
    gateway: Gateway
    key: str = ""


class SetupScreen(DeskDialog[SetupChoice | None]):
    """Ask for the clinic and the gateway, save them, answer with them; None when the person left."""

    CSS_PATH = themes.layout("setup.tcss")
    BOX_TITLE = "Welcome to Paydesk"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "go_on",
            "go on",
            tooltip="Go to the next field; on the last, begin",
            id="setup.go",
        ),
        Binding("escape", "close", "leave", tooltip="Leave; the next start asks again", id="setup.leave"),
        NEXT,
        PREVIOUS,
    ]

    def body(self) -> ComposeResult:
        """The clinic, the gateway with its key where it needs one, and the first manager."""
        yield Static(
            Content.styled("A few answers, and the desk opens. All of it can be changed later.", "$quiet"),
            classes="intro",
        )
        yield from question("Clinic", Field(placeholder="its name as clients know it", id="name", max_length=60))
        yield from question(
            "Support email",
            Field(placeholder="where clients' questions go; may stay empty", id="email", max_length=254),
        )
        with Horizontal(id="gateways", classes="gap"):
            yield Static("Gateway", classes="label", markup=False)
            yield ListTable((Column("", width=10), Column("", share=1, quiet=True)), header=False, id="gateway")
        key = Field(password=True, placeholder="kept on this machine, never shown whole", id="key", max_length=300)
        yield from question("Key", key, "key-row")
        yield from question(
            "Your name",
            Field(placeholder="the first manager; a manager adds the others", id="manager", max_length=LONGEST_NAME),
            "gap",
        )
        yield from new_pin()

    def on_mount(self) -> None:
        """Offer the sandbox."""
        self.query_one(ListTable).show([ListRow(kind, (label, what)) for kind, label, what in GATEWAYS])
        self.query_one(".key-row").display = False
        name = self.query_one("#name", Field)
        name.value = self.desk_app.clinic.name
        name.focus()
        name.select_all()

    @property
    def gateway(self) -> Gateway:
        """The gateway under the cursor."""
        return GATEWAYS[self.query_one(ListTable).cursor][0]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.input.value:
            self.query_one(f"#wrong-{event.input.id}", ErrorLine).clear()

    @on(ListTable.Moved)
    def _gateway_moved(self) -> None:
        self.query_one(".key-row").display = self.gateway != "sandbox"

    @on(ListTable.Chosen)
    async def _gateway_chosen(self, event: ListTable.Chosen) -> None:
        event.stop()
        await self.action_go_on()

    async def action_go_on(self) -> None:
        """Go to what is still to be answered; at the end, save and answer."""
        focused = self.focused.id if self.focused else ""
        key = [] if self.gateway == "sandbox" else ["key"]
        order = ["name", "email", "gateway", *key, "manager", "pin", "again"]
        if focused in order[:-1]:
            self.query_one(f"#{order[order.index(focused) + 1]}").focus()
        else:
            await self._save()

    async def _save(self) -> None:
        name, email, key, manager = (self._typed_in(field) for field in ("name", "email", "key", "manager"))
        gateway = self.gateway
        try:
            self._check(name, gateway, key, manager)
            pin = agreed(*(self.query_one(f"#{field}", PinField).pin for field in ("pin", "again")))
            for setting, value in self._settings(name, email, gateway, key).items():
                await self.desk.set(setting, value)
            await self._make_manager(manager, pin)
        except PaydeskError as error:
            self._say(error)
            return
        self.dismiss(SetupChoice(name, email, gateway, "" if gateway == "sandbox" else key))

    def _typed_in(self, field: str) -> str:
        return self.query_one(f"#{field}", Field).value.strip()

    async def _make_manager(self, name: str, pin: str) -> None:
        try:
            await self.desk.make_manager(name, pin)
        except BadInput as error:
            raise BadInput("manager" if error.field == "name" else error.field, str(error)) from error

    def _check(self, name: str, gateway: Gateway, key: str, manager: str) -> None:
        if not name:
            raise BadInput("name", "Type the clinic's name; clients see it in emails, SMS and on the pay page.")
        if gateway != "sandbox" and not key:
            raise BadInput("key", "Type the gateway's key, or choose the sandbox.")
        if not manager:
            raise BadInput("manager", "Type your name; the ledger says with it who did what.")

    def _settings(self, name: str, email: str, gateway: Gateway, key: str) -> dict[str, str]:
        sandbox = gateway == "sandbox"
        chosen = {"clinic.support_email": email, "clinic.name": name}
        chosen["sandbox.embedded"] = "on" if sandbox else "off"
        if not sandbox:
            chosen |= {"gateway.kind": gateway, "gateway.key": key}
        return chosen

    def _say(self, error: PaydeskError) -> None:
        field = error.field if isinstance(error, BadInput) else "again"
        known = {"name", "email", "manager", "pin", "again"}
        if field not in known:
            field = "again" if self.gateway == "sandbox" else "key"
        say_wrong(self, field, str(error))
