"""What Apprise's answer about a web service means for the engine.

Apprise answers "no" and writes the reason into its log: the HTTP status as `error=404`, or the text of the
exception that requests raised as `Socket Exception: …`. Only what is recognised here is believed; anything else
may have been acted on.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.retry_after import seconds_to_wait

STATUS = re.compile(r"\berror=(\d{3})\b")
NEVER_LEFT = re.compile(
    r"Socket Exception: HTTPS?ConnectionPool\(.*\(Caused by ("
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError\('Unable to connect to proxy'"
    r"|SSLError\(.*\[SSL: (?:CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER|\w*HANDSHAKE_FAILURE)\]"
    r")"
)
"""How urllib3 says that a connection was never made, so that no request can have been sent on it."""


@dataclass(frozen=True, slots=True)
class Service:
    """How a web service is called in messages to people ("the SMS service"), and by which setting."""

    name: str
    setting: str


def accepted(result: Any) -> bool:
    """Say whether every service took the message; a URL with `optional=yes` must not hide a failure."""
    from apprise.result import AppriseResultStatus

    attempts = [service.attempts[-1] for service in result if service.attempts]
    return bool(attempts) and all(attempt.status is AppriseResultStatus.SUCCESS for attempt in attempts)


def refusal(result: Any, service: Service) -> WorldError:
    """Return the error that Apprise's log of a failed sending stands for."""
    log = list(result.logs())
    said = [entry.message for entry in log if entry.level in {"WARNING", "ERROR", "CRITICAL"}]
    raised = [entry.message for entry in log if entry.level == "DEBUG"]
    statuses = [int(found[1]) for line in said if (found := STATUS.search(line))]
    name = service.name
    if statuses:
        return by_status(statuses[-1], service)
    if found := next(filter(None, map(NEVER_LEFT.match, raised)), None):
        return Unreachable(f"{name} could not be reached.", detail=f"{name}: {found[1]}")
    return OutcomeUnknown(f"{name} did not confirm the message.", detail=f"{name}: {' / '.join(said)}")


def by_status(status: int, service: Service, *, retry_after: str = "") -> WorldError:
    """Return the error that an HTTP status outside 2xx stands for; `retry_after` is the header of that name."""
    name, detail = service.name, f"{service.name}: HTTP {status}"
    if status in {401, 403}:
        return Misconfigured(
            f"{name} refused the key in {service.setting}. Correct {service.setting}.", detail=detail
        )
    if status == 429:
        wait = seconds_to_wait(retry_after, datetime.now(UTC))
        return Busy(f"{name} asked to wait.", retry_after=wait, detail=detail)
    if 300 <= status < 400:
        return Misconfigured(f"{name} has moved. Correct {service.setting}.", detail=detail)
    if 400 <= status < 500:
        return Declined(
            f"{name} refused the message (HTTP {status}). Check the address and send again.", detail=detail
        )
    return OutcomeUnknown(f"{name} failed and did not confirm the message (HTTP {status}).", detail=detail)
