"""What every section of Admin is: a head, its contents, what was done; it follows the store and is left by Esc."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.errors import PaydeskError
from tui.approval import approved
from tui.background import begin
from tui.desk import Desk
from tui.screens.admin_form import AskForm
from tui.screens.ask import Confirm
from tui.screens.base import app_of
from tui.screens.reload import Reload
from tui.widgets.said_line import SaidLine

T = TypeVar("T")


class Section(Vertical):
    """One section; a subclass gives its `body`, reads in `read` and puts the focus somewhere in `begin`.

    `unsaved`: something is typed that is not saved. `roomy`: it needs the whole screen just now.
    """

    TITLE: ClassVar[str] = ""
    ABOUT: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "sections", tooltip="Back to the list of sections", id="admin.leave"),
    ]

    class Left(Message):
        """The person is done with the section."""

    class Turned(Message):
        """Whether it is unsaved or roomy may have changed."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self.load = Reload(self, self._read)

    def compose(self) -> ComposeResult:
        """Put the head above the body, and under it what was done."""
        yield Static(
            Content.assemble((self.TITLE, "bold"), ("  " + self.ABOUT, "$quiet")), classes="head", markup=False
        )
        yield from self.body()
        yield SaidLine()

    def body(self) -> ComposeResult:
        """Give the widgets between the head and what was done."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Follow the store."""
        app_of(self).changed.subscribe(self, self._store_changed)

    @property
    def desk(self) -> Desk:
        """The seam to the store, without an approval: for reading."""
        return app_of(self).desk

    @property
    def unsaved(self) -> bool:
        """Whether something is typed that is not saved."""
        return any(form.changed for form in self.query(AskForm))

    @property
    def roomy(self) -> bool:
        """Whether it needs the whole screen."""
        return False

    async def read(self) -> None:
        """Read what is shown. Raises PaydeskError."""

    def begin(self) -> None:
        """Put the focus where the work begins."""
        raise NotImplementedError

    def say(self, message: str, *, bad: bool = False, waiting: bool = False) -> None:
        """Say in place what was done, what went wrong, or what is waited for."""
        self.query(SaidLine).last(SaidLine).say(message, bad=bad, waiting=waiting)

    def do(self, deed: Callable[[Desk], Awaitable[T]], done: Callable[[T], str]) -> None:
        """Do one thing at a time, with the approval that holds, and say what `done` makes of its answer."""
        if not self.busy:
            self.busy = True
            begin(self, self._do, deed, done)

    async def sure_to_leave(self) -> bool:
        """Ask whether what is typed may be given up. Call it in a worker."""
        if not self.unsaved:
            return True
        question = Confirm(
            "Not saved", f"What you typed in {self.TITLE} is not saved.", yes="Give it up", no="Go on typing"
        )
        return await self.app.push_screen_wait(question) is True

    def action_leave(self) -> None:
        """Back to the list of sections."""
        self.post_message(self.Left())

    @on(AskForm.Changed)
    def _form_changed(self, event: AskForm.Changed) -> None:
        event.stop()
        if event.form.changed:
            self.say("")
        self.noted(event.form)
        self.post_message(self.Turned())

    @on(AskForm.Left)
    def _form_left(self, event: AskForm.Left) -> None:
        event.stop()
        begin(self, self._leave_form, event.form, group="leave", exclusive=True)

    @on(AskForm.Filled)
    def _form_filled(self, event: AskForm.Filled) -> None:
        event.stop()
        if not self.busy:
            self.busy = True
            begin(self, self._save, event.form)

    def noted(self, form: AskForm) -> None:
        """Say under the fields of a form what is typed in it means."""

    async def save(self, form: AskForm) -> str | None:
        """Save a form and return what to say of it, None where nobody approved. Raises PaydeskError."""
        raise NotImplementedError

    async def left(self, form: AskForm) -> None:
        """What is to happen when a form was left, nothing of it being wanted any more."""
        raise NotImplementedError

    def _store_changed(self, _: None) -> None:
        """Read again what somebody looks at; the rest is read when it is shown."""
        if self.display and self.screen in self.app.screen_stack:
            self.load()

    async def _leave_form(self, form: AskForm) -> None:
        if await self.sure_to_leave():
            await self.left(form)
            self.post_message(self.Turned())

    async def _save(self, form: AskForm) -> None:
        try:
            said = await self.save(form)
        except PaydeskError as error:
            form.wrong(error)
        else:
            if said is not None:
                self.load()
                self.say(said)
                self.post_message(self.Turned())
        finally:
            self.busy = False

    async def _do(self, deed: Callable[[Desk], Awaitable[T]], done: Callable[[T], str]) -> None:
        try:
            answer = await approved(app_of(self), deed)
        except PaydeskError as error:
            self.say(str(error), bad=True)
        else:
            if answer is not None:
                self.load()
                self.say(done(answer))
        finally:
            self.busy = False

    async def _read(self) -> None:
        try:
            await self.read()
        except PaydeskError as error:
            self.say(str(error), bad=True)
