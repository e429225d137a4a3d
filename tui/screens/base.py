"""What every screen and dialog has: the top bar, the key bar, F1, and the application as ours."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from store.database import By
from tui.desk import Desk
from tui.widgets.key_bar import KeyBar
from tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from tui.app import PaydeskApp

T = TypeVar("T")

HELP = Binding("f1", "app.help", "help", tooltip="Every key that works here", id="app.help")
NEXT = Binding("tab", "app.focus_next", "next", key_display="Tab", id="desk.next")
PREVIOUS = Binding("shift+tab", "app.focus_previous", "previous", show=False, key_display="⇧Tab", id="desk.previous")


def app_of(node: DOMNode) -> "PaydeskApp":
    """Return the application that a widget or screen is part of, as ours."""
    app: PaydeskApp = node.app  # type: ignore[assignment]
    return app


class DeskScreen(Screen[None]):
    """A screen of the desk; a subclass gives what is between the bars in `body`.

    `approval` is a manager's that holds while the screen is open.
    """

    approval: By | None = None

    @property
    def desk_app(self) -> "PaydeskApp":
        """The application, as ours."""
        return app_of(self)

    @property
    def desk(self) -> Desk:
        """The seam to the store."""
        return self.desk_app.desk

    def compose(self) -> ComposeResult:
        """Put the bars around the body."""
        yield TopBar()
        yield from self.body()
        yield KeyBar()

    def body(self) -> ComposeResult:
        """Give the widgets between the bars."""
        raise NotImplementedError


class DeskDialog(ModalScreen[T]):
    """A dialog over the screen; a subclass gives what is in its box in `body`, and `dismiss`es with an answer.

    `BOX_TITLE` is the box's title; `box.border_subtitle` and its size are the subclass's.
    """

    BOX_TITLE: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "back", tooltip="Close this and change nothing", id="dialog.close"),
        HELP,
    ]

    _answer_given: Callable[[], object] | None = None

    @property
    def desk_app(self) -> "PaydeskApp":
        """The application, as ours."""
        return app_of(self)

    @property
    def desk(self) -> Desk:
        """The seam to the store."""
        return self.desk_app.desk

    @property
    def box(self) -> Vertical:
        """The dialog's box."""
        return self.query_one("#box", Vertical)

    def compose(self) -> ComposeResult:
        """Put the box in the middle and the keys on the last line."""
        with Vertical(id="box") as box:
            box.border_title = escaped(self.BOX_TITLE)
            yield from self.body()
        yield KeyBar()

    def body(self) -> ComposeResult:
        """Give the widgets inside the box."""
        raise NotImplementedError

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with the first answer that is given; behind the lock or another dialog, as soon as this is on top."""
        app = self.desk_app
        if app.lock.on:
            return app.lock.later(partial(self.dismiss, result))
        if self.is_active:
            return super().dismiss(result)
        if self in app.screen_stack and self._answer_given is None:
            self._answer_given = partial(super().dismiss, result)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Close now, where the answer was given while this was not on top."""
        if self._answer_given is not None:
            self._answer_given()

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


def escaped(text: str) -> str:
    """Return user text for a border title, the one place where Textual reads text as markup."""
    return text.replace("\\", "\\\\").replace("[", "\\[")


def answers(yes: str, no: str = "Back") -> Content:
    """Return a dialog's last line: what Enter does, in the accent, and what Esc does."""
    return Content.assemble(
        (f" {yes} ", "$block-cursor-foreground on $block-cursor-background"),
        (" Enter", "$text-accent bold"),
        f"        {no}",
        (" Esc", "$text-accent bold"),
    )
