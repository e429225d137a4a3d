"""What went wrong out there, said as what the engine must do about it.

    WorldError           text for a receptionist; `detail` is for the log
    ├── Unreachable      no byte of the request can have been acted on: safe to repeat, costs no attempt
    ├── Busy             the service asked for patience (`retry_after` seconds, if it said)
    │   └── NotYet       only this one thing has to wait; the service does everything else
    ├── OutcomeUnknown   bytes may have left and no answer can be trusted (`replayed`: the answer is an
    │                    old one that the same idempotency key will bring back for ever)
    ├── Declined         the service understood and said no: a person must decide
    └── Misconfigured    a key, an address or a setting is wrong: stop asking until it is changed

Every error of httpx and Apprise is mapped to one of these where it is met; nothing else leaves a gateway
or a courier.
"""


class WorldError(Exception):
    """A failure of the outside world, in words that a receptionist can read."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail or message


class Unreachable(WorldError):
    """The service was not reached, so nothing can have happened there."""


class Busy(WorldError):
    """The service refused for now; `retry_after` is in seconds, None if it did not say."""

    def __init__(self, message: str, *, retry_after: float | None = None, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.retry_after = retry_after


class NotYet(Busy):
    """This one request has to wait for something there; the service itself is not busy."""


class OutcomeUnknown(WorldError):
    """The request may or may not have been acted on."""

    def __init__(self, message: str, *, replayed: bool = False, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.replayed = replayed


class Declined(WorldError):
    """The service understood the request and refused it for good."""


class Misconfigured(WorldError):
    """A setting is wrong (key refused, bad address); asking again will not help."""
