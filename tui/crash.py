"""What is said when Paydesk ends by a fault of its own: which error and where, and nothing of what was in hand.

Textual would show the values of every variable, Python the error's own text: clients' names, keys and PINs are among
them, on a screen that a client may see. So neither is printed, nor logged.
"""

import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

PLACES = 12


def words_of(error: BaseException | None) -> str:
    """Return what to show of an error: its class and its causes', each with where it came from."""
    lines = ["Paydesk ended by a fault of its own. What was saved is safe. Start it again.", ""]
    for each in _chain(error):
        lines.append(type(each).__qualname__)
        lines += [f"  {place}" for place in _places(each)]
    lines += ["", "If it happens again, send these lines to whoever looks after Paydesk. They hold no client's data."]
    return "\n".join(lines)


def install() -> None:
    """Have every unforeseen error of this process, in any thread, told in this way."""
    sys.excepthook = _tell
    threading.excepthook = lambda ended: _tell(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _tell(_kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
    sys.stderr.write(f"{words_of(error)}\n")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-PLACES:]
    return [f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
