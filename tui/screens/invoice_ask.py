"""A question whose answer is carried out while it still stands: what is refused is said in place, nothing is lost."""

from collections.abc import Awaitable, Callable

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import PaydeskError
from tui import themes
from tui.screens.ask import AskText
from tui.screens.base import answers
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field


class AskAndDo(AskText):
    """Ask for one text and do `deed` with it; closes with the text once that is done, None on Esc.

    The deed returns None where it was not done after all, and raises what is to be said in place.
    """

    CSS_PATH = themes.layout("invoice_popup.tcss")

    def __init__(
        self,
        title: str,
        label: str,
        deed: Callable[[str], Awaitable[object]],
        *,
        yes: str,
        value: str = "",
        needed: str = "",
        placeholder: str = "",
    ) -> None:
        super().__init__(title, label, value=value, needed=needed, placeholder=placeholder)
        self._deed, self._yes = deed, yes
        self._busy = False

    def body(self) -> ComposeResult:
        """Put what Enter does under the field."""
        yield Static(Content(self._label), id="question", markup=False)
        yield Field(self._value, placeholder=self._placeholder, id="text", select_on_focus=False)
        yield ErrorLine()
        yield Static(answers(self._yes), id="answers", markup=False)

    def action_answer(self) -> None:
        """Do it, or say that something is needed; a second Enter changes nothing."""
        text = self.query_one(Input).value.strip()
        if self._needed and not text:
            self.query_one(ErrorLine).say(self._needed)
        elif not self._busy:
            self._busy = True
            self._carry_out(text)

    @work(group="deed")
    async def _carry_out(self, text: str) -> None:
        try:
            done = await self._deed(text)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
        else:
            if done is not None:
                self.dismiss(text)
        finally:
            self._busy = False
