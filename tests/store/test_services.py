"""What is known of the gateway and the notifiers, and the status bar made of it."""

from functools import partial

from store import outbox, services
from store.models import Service, Status
from tests.store.builders import Clinic

AT_START, A_MINUTE_LATER = "2026-11-22T14:02:31.000Z", "2026-11-22T14:03:31.000Z"


def heard(clinic: Clinic, name: str = "gateway") -> Service:
    """A service answers."""
    clinic.store.write(lambda tx: services.heard(tx, name))
    return clinic.store.read(services.known)[name]


def lost(clinic: Clinic, state: str = "offline", reason: str = "no line", name: str = "gateway") -> Service:
    """A service is not reached, or refuses."""
    clinic.store.write(lambda tx: services.lost(tx, name, state, reason=reason, next_try_at=A_MINUTE_LATER))
    return clinic.store.read(services.known)[name]


def test_nothing_is_guessed_before_the_first_call(clinic: Clinic) -> None:
    """No service, an empty outbox."""
    assert clinic.store.read(services.status) == Status(None, 0, 0, 0, ())


def test_online_since_its_first_answer(clinic: Clinic) -> None:
    """`since` stays while it stays online, `heard_at` moves."""
    assert heard(clinic) == Service("gateway", "online", AT_START, "", AT_START, None)
    clinic.clock.forward(minutes=1)
    assert heard(clinic) == Service("gateway", "online", AT_START, "", A_MINUTE_LATER, None)


def test_offline_since_its_first_failure(clinic: Clinic) -> None:
    """With why, when it is tried next, and when it was last heard from."""
    heard(clinic)
    clinic.clock.forward(minutes=1)
    assert lost(clinic) == Service("gateway", "offline", A_MINUTE_LATER, "no line", AT_START, A_MINUTE_LATER)
    clinic.clock.forward(minutes=1)
    assert lost(clinic, reason="still no line").since == A_MINUTE_LATER
    clinic.clock.forward(minutes=1)
    back = heard(clinic)
    assert (back.state, back.since, back.reason, back.next_try_at) == ("online", "2026-11-22T14:05:31.000Z", "", None)


def test_refused_is_not_offline(clinic: Clinic) -> None:
    """It has its own since."""
    lost(clinic)
    clinic.clock.forward(minutes=1)
    refused = lost(clinic, "refused", "key refused")
    assert (refused.state, refused.since, refused.reason) == ("refused", A_MINUTE_LATER, "key refused")


def test_another_try_is_asked_of_what_is_down_only(clinic: Clinic) -> None:
    """The notifier that works is left alone."""
    lost(clinic, "refused", "key refused")
    heard(clinic, "email")
    clinic.store.write(services.try_now)
    known = clinic.store.read(services.known)
    assert (known["gateway"].state, known["gateway"].next_try_at) == ("offline", AT_START)
    assert (known["email"].state, known["email"].next_try_at) == ("online", None)


def test_the_status_bar_counts_what_waits(clinic: Clinic) -> None:
    """What is being sent is still queued."""
    for _ in range(4):
        clinic.send(clinic.issued())
    first, second, *_ = clinic.claim(limit=2)
    clinic.store.write(lambda tx: outbox.ask(tx, first, why="?", unsure=False))
    clinic.store.write(lambda tx: outbox.set_state(tx, second.id, "held", why=""))
    clinic.claim(limit=1)
    gateway = heard(clinic)
    email = lost(clinic, name="email")
    assert clinic.store.read(services.status) == Status(gateway, 2, 1, 1, (email, gateway))


def test_a_feeds_cursor_is_kept(clinic: Clinic) -> None:
    """One a feed, None before the first time."""
    assert clinic.store.read(lambda reader: services.cursor(reader, "stripe")) is None
    for to in ("evt_1", "evt_2"):
        clinic.store.write(partial(services.move_cursor, feed="stripe", to=to))
    assert clinic.store.read(lambda reader: services.cursor(reader, "stripe")) == "evt_2"
    assert clinic.store.read(lambda reader: services.cursor(reader, "coherent")) is None


def test_every_kind_of_entry_has_its_service() -> None:
    """What is claimed must know whom it waits for."""
    assert services.SERVICES == {
        "create_link": "gateway",
        "cancel_link": "gateway",
        "refund": "gateway",
        "email": "email",
        "sms": "sms",
        "notify": "notify",
    }
