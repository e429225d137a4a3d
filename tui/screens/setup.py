"""The first start: whose desk this is, and which gateway it speaks to. Three times Enter will do."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import BadInput, PaydeskError
from tui import themes
from tui.screens.base import NEXT, PREVIOUS, DeskDialog
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.list_table import Column, ListRow, ListTable

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
            priority=True,
            tooltip="Go to the next field; on the last, begin",
            id="setup.go",
        ),
        Binding("escape", "close", "leave", tooltip="Leave; the next start asks again", id="setup.leave"),
        NEXT,
        PREVIOUS,
    ]

    def body(self) -> ComposeResult:
        """Three questions, and the key where the gateway needs one."""
        yield Static(
            Content.styled("Three answers, and the desk opens. All of it can be changed later.", "$quiet"),
            classes="intro",
        )
        with Horizontal(classes="field-row"):
            yield Static("Clinic", classes="label", markup=False)
            yield Field(placeholder="its name as clients know it", id="name", max_length=60)
        yield ErrorLine(id="wrong-name")
        with Horizontal(classes="field-row"):
            yield Static("Support email", classes="label", markup=False)
            yield Field(placeholder="where clients' questions go; may stay empty", id="email", max_length=254)
        yield ErrorLine(id="wrong-email")
        yield Static("Gateway", classes="label", markup=False)
        yield ListTable((Column("", width=10), Column("", share=1, quiet=True)), header=False, id="gateway")
        with Horizontal(classes="field-row", id="key-row"):
            yield Static("Key", classes="label", markup=False)
            yield Field(
                password=True, placeholder="kept on this machine, never shown whole", id="key", max_length=300
            )
        yield ErrorLine(id="wrong-key")

    def on_mount(self) -> None:
        """Offer the sandbox."""
        self.query_one(ListTable).show([ListRow(kind, (label, what)) for kind, label, what in GATEWAYS])
        self.query_one("#key-row").display = False
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
        self.query_one(f"#wrong-{event.input.id}", ErrorLine).clear()

    @on(ListTable.Moved)
    def _gateway_moved(self) -> None:
        self.query_one("#key-row").display = self.gateway != "sandbox"

    async def action_go_on(self) -> None:
        """Go to what is still to be answered; at the end, save and answer."""
        focused = self.focused.id if self.focused else ""
        order = ["name", "email", "gateway", *(["key"] if self.gateway != "sandbox" else [])]
        if focused in order[:-1]:
            self.query_one(f"#{order[order.index(focused) + 1]}").focus()
        else:
            await self._save()

    async def _save(self) -> None:
        name, email, key = (self.query_one(f"#{field}", Field).value.strip() for field in ("name", "email", "key"))
        gateway = self.gateway
        try:
            self._check(name, gateway, key)
            for setting, value in self._settings(name, email, gateway, key).items():
                await self.desk.set(setting, value)
        except PaydeskError as error:
            self._say(error)
            return
        self.dismiss(SetupChoice(name, email, gateway, "" if gateway == "sandbox" else key))

    def _check(self, name: str, gateway: Gateway, key: str) -> None:
        if not name:
            raise BadInput("name", "Type the clinic's name; clients see it in emails, SMS and on the pay page.")
        if gateway != "sandbox" and not key:
            raise BadInput("key", "Type the gateway's key, or choose the sandbox.")

    def _settings(self, name: str, email: str, gateway: Gateway, key: str) -> dict[str, str]:
        sandbox = gateway == "sandbox"
        chosen = {"clinic.support_email": email, "clinic.name": name}
        chosen["sandbox.embedded"] = "on" if sandbox else "off"
        if not sandbox:
            chosen |= {"gateway.kind": gateway, "gateway.key": key}
        return chosen

    def _say(self, error: PaydeskError) -> None:
        field = error.field if isinstance(error, BadInput) else "key"
        field = field if field in {"name", "email"} else "key"
        self.query_one(f"#wrong-{field}", ErrorLine).say(str(error))
        self.query_one(f"#{field}").focus()
