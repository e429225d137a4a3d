"""Work that a screen begins and does not wait for."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, cast

from textual.dom import DOMNode


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
