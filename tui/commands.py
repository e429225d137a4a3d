"""The palette: everything the screen can do now, the themes, and the sandbox's switch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.actions import parse
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from tui.widgets.key_bar import key_name

if TYPE_CHECKING:
    from tui.app import PaydeskApp


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette."""

    title: str
    help: str
    run: Callable[[], Any]


class DeskCommands(Provider):
    """Every action of the screen under the palette, with the texts of its keys, and the desk's own commands."""

    @property
    def desk_app(self) -> "PaydeskApp":
        """The application, as ours."""
        app: PaydeskApp = self.app  # type: ignore[assignment]
        return app

    async def discover(self) -> Hits:
        """Offer everything before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(Content(command.title), command.run, text=command.title, help=command.help)

    async def search(self, query: str) -> Hits:
        """Offer what matches what is typed."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = max(matcher.match(command.title), matcher.match(command.help) * 0.6)
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), command.run, text=command.title, help=command.help)

    def _commands(self) -> Iterator[Command]:
        yield from self._of_screen()
        yield from self.desk_app.commands()

    def _of_screen(self) -> Iterator[Command]:
        """Yield what the field in focus and the screen can do now, each action once.

        A screen's letter keys are letters while a field has the focus, but their actions are offered all the same.
        """
        seen: set[str] = set()
        in_focus = [(active.node, active.binding) for active in self.screen.active_bindings.values()]
        of_screen = [(self.screen, binding) for _, binding in self.screen._bindings]
        for node, binding in (*in_focus, *of_screen):
            if not binding.tooltip or binding.action in seen or not _can(node, binding):
                continue
            seen.add(binding.action)
            title = f"{binding.description[:1].upper()}{binding.description[1:]}  ({key_name(binding)})"
            yield Command(title, binding.tooltip, partial(self.app.run_action, binding.action, node))


def _can(node: DOMNode, binding: Binding) -> bool:
    _, action, parameters = parse(binding.action)
    return bool(node.check_action(action, parameters))
