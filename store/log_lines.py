"""What a log record becomes: one line of JSON, in which nothing can be about a client.

Nobody may put names, addresses, numbers or words of people into a record in the first place. This is the last resort:
an event's words are written with nothing but numbers put into them, beside them only the fields of `FIELDS`; of an
error its class, its code and where it came from, never its text, which may repeat what somebody typed; and what looks
like an address, a number, a key or a web address is masked.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from store.times import to_text

MASK = "****"
LONGEST = 200
"""Characters of an event or of a field; what is longer says more than a fact."""

FIELDS = frozenset(
    {
        "attempt",
        "code",
        "entry",
        "error",
        "kind",
        "link",
        "ms",
        "outcome",
        "service",
        "setting",
        "state",
        "subject",
        "waited_ms",
    }
)
"""What a record may tell beside its event: ids, kinds, codes, counts and durations."""

_HOUSE = Path(__file__).parents[1]
_PERSONAL = (
    (re.compile(r"\b([a-z][a-z0-9+.-]*)://[^\s'\"<>]+", re.IGNORECASE), rf"\1://{MASK}"),
    (re.compile(r"[^\s@'\"<>(]+@[^\s@'\"<>),;]+"), MASK),
    (re.compile(r"\b(?:sk|rk|pk|whsec)_\w+|\b(?:Bearer|Basic)\s+\S+"), MASK),
    (re.compile(r"(?i)\b(pin|key|token|secret|password)(\s*[=:]\s*)[^\s,;]+"), rf"\1\2{MASK}"),
    (re.compile(r"(?<![\w-])\+?\(?\d(?:[ ()./-]{0,2}\d){8,14}(?![\w-])"), MASK),
)
_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def masked(text: str) -> str:
    """Return the first line of a text, shortened, without addresses, keys, web addresses and telephone numbers."""
    line = "".join(letter if letter.isprintable() else " " for letter in text.strip().partition("\n")[0])
    for pattern, instead in _PERSONAL:
        line = pattern.sub(instead, line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


class JsonLines(logging.Formatter):
    """Writes records as lines of JSON; `role` says what the process is."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, object] = {
            "at": to_text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": record.process,
            "role": self._role,
            "event": masked(_event(record)),
        }
        for name in sorted(FIELDS & record.__dict__.keys()):
            value = record.__dict__[name]
            if value or isinstance(value, int):
                line[name] = value if isinstance(value, int | float) else masked(str(value))
        if record.exc_info:
            line |= _failure(record.exc_info)
        return json.dumps(line, ensure_ascii=True, separators=(",", ":"))


def _event(record: logging.LogRecord) -> str:
    """Return the event's words, with numbers in them but with nothing else."""
    if isinstance(record.args, tuple) and all(isinstance(value, int | float) for value in record.args):
        return record.getMessage()
    return str(record.msg)


def _failure(info: _Failure) -> dict[str, object]:
    error = info[1]
    if error is None:
        return {}
    return {"error": _named(error), "causes": [_named(cause) for cause in _causes(error)], "trace": _trace(info[2])}


def _named(error: BaseException) -> str:
    """Return an error's class, with SQLite's or the system's own code: never its text."""
    code = getattr(error, "sqlite_errorname", None)
    if code is None and isinstance(error, OSError) and error.errno is not None:
        code = f"errno {error.errno}"
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name} ({code})" if code else name


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    while len(found) < 5 and (cause := error.__cause__ or error.__context__) is not None:
        found.append(cause)
        error = cause
    return found


def _trace(trace: TracebackType | None) -> list[str]:
    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]


def _place(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(_HOUSE)) if path.is_relative_to(_HOUSE) else "/".join(path.parts[-2:])
