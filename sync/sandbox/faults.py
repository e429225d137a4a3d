"""What can be made to go wrong on purpose, what of it is switched on, and for whom."""

from dataclasses import dataclass
from typing import Literal, get_args

from sync.sandbox.database import Database

_MOST = 10**9

Scope = Literal["all", "stripe", "coherent", "sms", "smtp"]
SCOPES: tuple[str, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can go wrong; a value without choices is a whole number of its unit."""

    name: str
    label: str
    help: str
    default: str = ""
    choices: tuple[str, ...] = ()
    mail: bool = False
    """Whether it can be done to the mail server too."""


KINDS: tuple[Kind, ...] = (
    Kind(
        "offline",
        "Cut the line",
        "Nothing answers at the gateway's address: connections are refused. Clients' own pages stay up.",
        mail=True,
    ),
    Kind("latency", "Slow line", "Each request waits before it is looked at (milliseconds).", "300"),
    Kind(
        "refuse",
        "Hang up at once",
        "The connection is dropped before the request is looked at. Nothing happens at the gateway.",
        mail=True,
    ),
    Kind(
        "reset_after",
        "Hang up after acting",
        "The request takes effect, then the connection is dropped without an answer.",
        mail=True,
    ),
    Kind("hang", "No answer", "The request takes effect, and its answer is held back (seconds).", "60"),
    Kind(
        "error_500",
        "Server error",
        "Answers 500: before the gateway looks at the request, during (no effect, but the answer is kept "
        "for its idempotency key), or after it took effect. Mail: the address is refused (550).",
        "before",
        ("before", "during", "after"),
        mail=True,
    ),
    Kind("rate_limit", "Too many requests", "Answers 429 with Retry-After (seconds). No effect.", "2"),
    Kind("html", "Captive portal", "Answers 200 with a Wi-Fi sign-in page instead of the gateway. No effect."),
    Kind("wrong_json", "Wrong answer", "The request takes effect; the answer is JSON of another kind."),
    Kind("truncated", "Half an answer", "The request takes effect; the answer stops in the middle."),
    Kind("slow", "Answer in drops", "The answer comes 16 bytes at a time, with a pause (milliseconds).", "50"),
)
_KINDS = {kind.name: kind for kind in KINDS}

MAIN = tuple(kind.name for kind in KINDS if kind.name != "latency")
"""Those of which one request meets only one, the first that is on; latency comes on top."""


class UnknownFault(ValueError):
    """The fault, its value or its scope is not one that the sandbox can do; the words say what is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that is on; `remaining` is for how many requests more, None: until it is switched off."""

    name: str
    value: str
    scope: str
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one request is to suffer: a delay in seconds, and at most one main fault with its value."""

    delay: float = 0.0
    name: str | None = None
    value: str = ""

    @property
    def number(self) -> int:
        """The value as a whole number of the fault's unit."""
        return int(self.value)


class Faults:
    """The switches, kept in the sandbox's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, name: str, value: str | int = "", *, count: int | None = None, scope: str = "all") -> Fault:
        """Switch a fault on: for the next `count` requests of `scope`, or until it is switched off.

        Raises UnknownFault.
        """
        fault = Fault(name, _checked_value(name, str(value)), _checked_scope(name, scope), count)
        if count is not None and (not 0 < count < _MOST or name == "offline"):
            raise UnknownFault("A count is a whole number above zero; “offline” takes none.")
        sql = """
            INSERT INTO fault (name, value, scope, remaining) VALUES (:name, :value, :scope, :remaining)
            ON CONFLICT (name) DO UPDATE SET value = :value, scope = :scope, remaining = :remaining
        """
        self._database.rows(sql, name=name, value=fault.value, scope=scope, remaining=count)
        return fault

    def clear(self, name: str | None = None) -> None:
        """Switch one fault off, or all of them."""
        self._database.rows("DELETE FROM fault WHERE :name IS NULL OR name = :name", name=name)

    def on(self) -> dict[str, Fault]:
        """Return the faults that are on, by name."""
        rows = self._database.rows("SELECT name, value, scope, remaining FROM fault")
        return {row[0]: Fault(*row) for row in rows}

    @property
    def line_cut(self) -> bool:
        """Whether the gateway's address must refuse connections."""
        offline = self.on().get("offline")
        return offline is not None and offline.scope == "all"

    def draw(self, scope: Scope) -> Plan:
        """Return what the next request of `scope` suffers, and count it."""
        if not self.on():
            return Plan()
        with self._database.transaction():
            on = {name: fault for name, fault in self.on().items() if fault.scope in {"all", scope}}
            if scope == "smtp":
                on = {name: fault for name, fault in on.items() if _KINDS[name].mail}
            main = next((on[name] for name in MAIN if name in on), None)
            slow_line = on.get("latency")
            for fault in (main, slow_line):
                if fault is not None and fault.remaining is not None:
                    self._use(fault.name)
        delay = int(slow_line.value) / 1000 if slow_line else 0.0
        return Plan(delay, main.name, main.value) if main else Plan(delay)

    def _use(self, name: str) -> None:
        self._database.rows("UPDATE fault SET remaining = remaining - 1 WHERE name = :name", name=name)
        self._database.rows("DELETE FROM fault WHERE remaining = 0")


def _checked_value(name: str, value: str) -> str:
    kind = _KINDS.get(name)
    if kind is None:
        raise UnknownFault(f"There is no fault “{name}”. There are: {', '.join(_KINDS)}.")
    value = value or kind.default
    if kind.choices and value not in kind.choices:
        raise UnknownFault(f"“{name}” takes one of: {', '.join(kind.choices)}.")
    if kind.default.isdigit() and not (value.isascii() and value.isdigit() and len(value) < 10):
        raise UnknownFault(f"“{name}” takes a whole number, such as {kind.default}.")
    return value if kind.default else ""


def _checked_scope(name: str, scope: str) -> str:
    if scope not in SCOPES:
        raise UnknownFault(f"There is no scope “{scope}”. There are: {', '.join(SCOPES)}.")
    if scope == "smtp" and not _KINDS[name].mail:
        raise UnknownFault(f"The mail server cannot do “{name}”.")
    if name == "offline" and scope not in {"all", "smtp"}:
        raise UnknownFault("“offline” cuts the line for all or for smtp; for one service alone use “refuse”.")
    return scope
