"""What only a manager may do, done at a desk where somebody else sits: a manager's PIN, in place."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from store.database import By
from store.errors import NeedsManager
from tui.desk import Desk
from tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from tui.app import PaydeskApp

T = TypeVar("T")


async def approved(app: "PaydeskApp", deed: Callable[[Desk], Awaitable[T]]) -> T | None:
    """Do `deed` at the desk and return its answer; where only a manager may, once a manager's PIN stands beside it.

    None when nobody approved, and nothing is done then: the deed runs a second time only with the approval. One that
    holds for the screen on top, and for who is at the desk now, is used first. Call it in a worker. Raises whatever
    else the deed raises.
    """
    held = _held(app)
    try:
        return await deed(app.desk.acting_as(held) if held else app.desk)
    except NeedsManager as needed:
        from tui.screens.approve import ApproveDialog

        by = await app.push_screen_wait(ApproveDialog(needed.deed))
    return None if by is None else await deed(app.desk.acting_as(by))


def _held(app: "PaydeskApp") -> By | None:
    """Return the approval that holds for the screen on top; whoever has taken the desk over needs their own."""
    held, here = app.screen.approval if isinstance(app.screen, DeskScreen) else None, app.desk.by
    return held if held and (held.name, held.person) == (here.name, here.person) else None
