"""Admin: every key of the desk, and other keys for what is done often."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from store.text import cleaned
from tui import keymap
from tui.all_keys import all_keys, row
from tui.screens.admin_key_ask import KeyDialog
from tui.screens.admin_section import Section
from tui.widgets.key_bar import key_name
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.search_box import SearchBox
from tui.widgets.state import Mark

KEYS = "desk.keys"
COLUMNS = (
    Column("Key", 7),
    Column("What it does", share=3),
    Column("Where", 14, quiet=True),
    Column("Name", share=1, quiet=True, from_width=76),
)
EVERYWHERE = {"app", "desk", "list", "search", "form", "pane", "choice", "dialog"}
"""Names whose keys belong to no screen."""
EVERYWHERE_TITLE = "Everywhere"


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that has a key: its name, where it works, what it does, and its usual key as people read it."""

    name: str
    place: str
    told: str
    usual: str

    def matches(self, words: list[str]) -> bool:
        """Tell whether every word typed is in it."""
        text = f"{self.name} {self.place} {self.told} {self.usual}".casefold()
        return all(word in text for word in words)


class KeysSearch(SearchBox):
    """The search; Enter asks for another key for the row under the cursor, Delete wants the usual one back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "another key", tooltip="Choose another key for this", id="keys.change"),
        Binding("delete", "usual", "usual key", tooltip="Bring the usual key back", id="keys.usual"),
    ]

    class Usual(Message):
        """The usual key of the row under the cursor is wanted back."""

    def action_usual(self) -> None:
        """Leave it to the section."""
        self.post_message(self.Usual())


class KeysSection(Section):
    """The list, by place. A key is checked for clashes before it is kept, and works at once."""

    TITLE = "Keys"
    ABOUT = "which key does what"

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Known] = {}
        self._chosen: dict[str, str] = {}
        self._fixed = False

    def body(self) -> ComposeResult:
        """Put the search above the list."""
        with Horizontal(classes="search-row"):
            yield Static("Search", classes="label", markup=False)
            yield KeysSearch(drives="#keys-list", placeholder="what it does, its key or its name", id="keys-search")
        table = ListTable(COLUMNS, empty="Reading every screen's keys …", id="keys-list")
        table.can_focus = False
        yield table

    @property
    def table(self) -> ListTable:
        """The list."""
        return self.query_one(ListTable)

    def begin(self) -> None:
        """Begin in the search."""
        self.query_one(KeysSearch).focus()

    async def read(self) -> None:
        """Read all keys there are, once, and those that differ from the usual ones."""
        if not self._known:
            self._known = await asyncio.to_thread(known_keys)
            self.table.say_when_empty("No key is called so.")
        settings = await self.desk.settings()
        self._fixed = settings.where(KEYS) == "environment"
        self._chosen, _ = keymap.in_force(settings[KEYS])
        self._show()

    def action_leave(self) -> None:
        """Forget what was searched for; once there is nothing, back to the sections."""
        search = self.query_one(KeysSearch)
        if search.value:
            search.value = ""
        else:
            super().action_leave()

    @on(Input.Changed)
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self._show(keep=False)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._ask()

    @on(ListTable.Chosen)
    def _clicked(self, event: ListTable.Chosen) -> None:
        event.stop()
        self._ask()

    @on(ListTable.Moved)
    def _moved(self, event: ListTable.Moved) -> None:
        event.stop()
        self.say("")

    @on(KeysSearch.Usual)
    def _usual(self, event: KeysSearch.Usual) -> None:
        event.stop()
        one = self._at_hand
        if one is not None and one.name in self._chosen:
            self._keep(keymap.changed(self._chosen, one.name, ""), f"{one.told}: {one.usual}, as usual.")

    @property
    def _at_hand(self) -> Known | None:
        return self._known.get(self.table.cursor_key or "")

    def _ask(self) -> None:
        one = self._at_hand
        if one is None:
            return
        if self._fixed:
            self.say("The keys are set by the environment and cannot be changed here.", bad=True)
            return

        def pressed(chosen: dict[str, str] | None) -> None:
            if chosen is not None:
                self._keep(chosen, f"{one.told}: {_key_of(chosen, one)} from now on.")

        self.app.push_screen(KeyDialog(one.name, one.told, _key_of(self._chosen, one), self._chosen), pressed)

    def _keep(self, chosen: Mapping[str, str], said: str) -> None:
        text = keymap.as_text(chosen)
        self.do(lambda desk: desk.set(KEYS, text), lambda _: said)

    def _show(self, *, keep: bool = True) -> None:
        words = cleaned(self.query_one(KeysSearch).value).casefold().split()
        rows = [self._row(one) for one in self._known.values() if one.matches(words)]
        self.table.show(rows, keep=keep)

    def _row(self, one: Known) -> ListRow:
        key = _key_of(self._chosen, one)
        own = one.name in self._chosen
        return ListRow(one.name, (Mark("", key, "warn" if own else "wait"), one.told, one.place, one.name))


def known_keys() -> dict[str, Known]:
    """Return everything that has a key, by name, place by place; loads every screen."""
    found: dict[str, Known] = {}
    for keys in all_keys().values():
        for binding in keys.bindings:
            key, told, name = row(binding)
            if name not in found:
                found[name] = Known(name, place_of(name), told, key)
    return dict(sorted(found.items(), key=lambda item: _order(item[1])))


def _order(one: Known) -> tuple[bool, str, bool]:
    """Everywhere before the screens, and there the desk's own keys before those of lists and fields."""
    return (one.place != EVERYWHERE_TITLE, one.place, not one.name.startswith("app."))


def place_of(name: str) -> str:
    """Return where something with a key is done, as people read it: the first part of its name."""
    first = name.partition(".")[0]
    if first in EVERYWHERE:
        return EVERYWHERE_TITLE
    return "POS" if first == "pos" else first.replace("_", " ").capitalize()


def _key_of(chosen: Mapping[str, str], one: Known) -> str:
    return key_name(Binding(chosen[one.name], "")) if one.name in chosen else one.usual
