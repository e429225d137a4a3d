"""Work that a screen begins and does not wait for."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, cast

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.worker import WorkerFailed, get_current_worker


def begin(
    node: DOMNode,
    deed: Callable[..., Coroutine[Any, Any, None]],
    *args: object,
    group: str = "default",
    exclusive: bool = False,
) -> None:
    """Have `deed` done as a worker of `node`; with `exclusive` the others of its group are cancelled first.

    Its coroutine is made when the worker starts, so that one whose node is gone before leaves nothing undone behind.
    """
    node.run_worker(cast("Any", partial(deed, *args)), group=group, exclusive=exclusive)


def was_overtaken(error: Exception) -> bool:
    """Tell whether a worker failed only because what it looked for is being closed.

    Textual takes a node's children away before it cancels the node's workers.
    """
    if not (isinstance(error, WorkerFailed) and isinstance(error.error, NoMatches)):
        return False
    node = get_current_worker().node
    if not (node.app.is_running and node.is_attached):
        return True
    return any(each._pruning or each._closing or each._closed for each in node.ancestors_with_self)
