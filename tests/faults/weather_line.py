"""Lines on which nothing can be said: a certificate that nobody trusts, and names that no name server knows."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import trustme

from tests.faults.outcomes import Outcome
from tests.faults.truth import count
from tests.faults.weather_clinic import DIALECTS, Outside, outside
from tests.journeys.clinic import pay

ODD_NAMES = (
    "gateway.invalid",
    f"{'a' * 70}.invalid",
    "xn--zzzz.invalid",
    "under_score.invalid",
    "-.invalid",
    "a..invalid",
)
"""A name that is nobody's, a label too long for a name server, a label in no alphabet, and signs that no name has."""
TURNS = 6

Worse = Callable[[Outside], None]


def lines(each: int, folder: Path, *, dialects: Sequence[str] = DIALECTS) -> Iterator[Outcome]:
    """Have `each` of everything meet each such line, on each dialect."""
    for owner in ("127.0.0.1", "someone-else.example"):
        item = f"Certificate that nobody trusts, for {owner}"
        with untrusted(owner) as port:
            yield _one(each, folder / owner, item, dialects, [_to_port(port)])
    odd = [_to_name(name) for name in ODD_NAMES]
    yield _one(each, folder / "names", "Names that no name server knows", dialects, odd)


def _one(each: int, folder: Path, item: str, dialects: Sequence[str], worse: list[Worse]) -> Outcome:
    began, problems, times, lost, doubled, asked, acknowledged = time.monotonic(), [], 0, 0, 0, 0, 0
    for dialect in dialects:
        for at, change in enumerate(worse):
            with outside(folder / f"{dialect}{at}", dialect) as clinic:
                done, found = asyncio.run(_meet(clinic, each, change))
                told = count(clinic.folder, clinic.sandbox, clinic.acknowledged)
            times, acknowledged = times + done, acknowledged + 6 * each
            lost, doubled, asked = lost + told.lost, doubled + told.doubled, asked + told.asked
            problems += [*found, *told.problems]
    return Outcome(item, times, acknowledged, lost, doubled, asked, time.monotonic() - began, tuple(problems))


async def _meet(clinic: Outside, each: int, change: Worse) -> tuple[int, list[str]]:
    """Ask for all of it while the line is of no use, then mend it; return how much waited, and what is wrong."""
    right = {key: clinic.setting(key) for key in _KEYS}
    unwanted, told, unheard = [await clinic.live(each) for _ in range(3)]
    taken = await clinic.paid(each)
    change(clinic)
    for index in range(each):
        clinic.ask()
        clinic.cancel(unwanted[index])
        clinic.tell(told[index], "email", "sms")
        clinic.give_back(taken[index])
        await pay(unheard[index].url)
    clinic.ask_now()
    for _ in range(TURNS):
        await clinic.until_quiet(minutes=0.5, enough=lambda: True)
    waiting = clinic.waits()
    problems = [
        f"{entry.kind} is {entry.state} after {entry.attempts} attempts: {entry.last_error}"
        for entry in waiting
        if entry.state != "ready" or entry.attempts
    ]
    problems += [f"{entry.kind} does not say why" for entry in waiting if entry.last_error.startswith("Something")]
    if not any(entry.last_error for entry in waiting):
        problems.append("nothing says what is wrong with the line")
    for key, value in right.items():
        clinic.put(key, value)
    await clinic.until_quiet()
    await clinic.hear()
    await clinic.rest()
    return len(waiting), problems


_KEYS = ("gateway.url", "email.url", "sms.url")


def _to_port(port: int) -> Worse:
    def change(clinic: Outside) -> None:
        clinic.put("gateway.url", f"https://127.0.0.1:{port}")
        clinic.put("email.url", f"mailtos://127.0.0.1:{port}?mode=ssl&from=desk@example.com&to={{email}}")
        clinic.put("sms.url", f"jsons://127.0.0.1:{port}/sms?:to={{mobile}}")

    return change


def _to_name(name: str) -> Worse:
    def change(clinic: Outside) -> None:
        clinic.put("gateway.url", f"https://{name}")
        clinic.put("email.url", "mailto://mail.invalid?from=desk@example.com&to={email}")
        clinic.put("sms.url", "json://sms.invalid/sms?:to={mobile}")

    return change


@contextmanager
def untrusted(owner: str) -> Iterator[int]:
    """Listen on loopback with a certificate for `owner` by an authority that nobody knows; give the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(owner).configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_shake_hands, args=(listener, context), daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Show the certificate to whoever comes, until the listener is closed."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(2)
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(1)
            except OSError:
                continue
