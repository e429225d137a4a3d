"""Stripe's event list as the feed of payments."""

from datetime import UTC, datetime

import httpx
import pytest

from sync.errors import Declined, Unreachable
from sync.gateways.base import CursorLost
from sync.gateways.stripe import EMPTY_FEED, StripeGateway
from tests.sync.gateways.fakes import KEY, Script, event, listed, session, stripe_error

KINDS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refund.updated",
)
TYPES = [("types[]", kind) for kind in KINDS]


def stripe(*answers: httpx.Response) -> tuple[StripeGateway, Script]:
    """Return a gateway and the script that it talks to."""
    script = Script(*answers)
    return StripeGateway("https://api.stripe.com", KEY, transport=script), script


async def test_beginning_at_the_newest_event() -> None:
    """Without a cursor the feed begins now, with no payments."""
    gateway, script = stripe(listed(event(5), more=True))
    heard = await gateway.hear(None)
    assert (heard.payments, heard.cursor, heard.more) == ((), "evt_5", False)
    assert script.query() == [("limit", "1"), *TYPES]


async def test_a_page_in_the_order_that_it_happened() -> None:
    """Stripe lists the newest first; payments come oldest first, and the cursor is the newest."""
    gateway, script = stripe(listed(event(8), event(7), event(6), more=True))
    heard = await gateway.hear("evt_5")
    assert [payment.payment_id for payment in heard.payments] == ["pi_6", "pi_7", "pi_8"]
    assert (heard.cursor, heard.more) == ("evt_8", True)
    assert script.query() == [("limit", "100"), ("ending_before", "evt_5"), *TYPES]


async def test_a_payment_is_dated_by_its_event() -> None:
    """The session was opened earlier; the event is when the money moved."""
    gateway, _ = stripe(listed(event(6)))
    payment = (await gateway.hear("evt_5")).payments[0]
    assert payment.paid_at == datetime.fromtimestamp(1_700_000_006, UTC)
    assert (payment.gateway_id, payment.amount, payment.currency) == ("plink_1", 21100, "GBP")


async def test_nothing_new_keeps_the_cursor() -> None:
    """An empty page leaves the place in the feed as it was."""
    gateway, _ = stripe(listed())
    heard = await gateway.hear("evt_5")
    assert (heard.payments, heard.cursor, heard.more) == ((), "evt_5", False)


async def test_what_is_not_our_money_moves_the_cursor_alone() -> None:
    """Unpaid sessions, other people's sessions and other events bring no payment."""
    gateway, _ = stripe(
        listed(
            event(9, session(payment_status="unpaid")),
            event(8, session(metadata={})),
            event(7, {"metadata": None}),
            event(6, kind="checkout.session.expired"),
        )
    )
    heard = await gateway.hear("evt_5")
    assert (heard.payments, heard.cursor) == ((), "evt_9")


async def test_a_debit_counts_when_it_has_settled() -> None:
    """Completed unpaid is no payment; the later success is."""
    completed = event(6, session(payment_status="unpaid"))
    settled = event(7, session(), "checkout.session.async_payment_succeeded")
    gateway, _ = stripe(listed(settled, completed))
    assert [payment.payment_id for payment in (await gateway.hear("evt_5")).payments] == ["pi_1"]


async def test_an_empty_feed_skips_nothing() -> None:
    """Events that happen after a feed was found empty are all heard."""
    gateway, script = stripe(listed(), listed(), listed(event(2), event(1)))
    heard = await gateway.hear(None)
    assert heard.cursor == EMPTY_FEED
    heard = await gateway.hear(heard.cursor)
    assert (heard.payments, heard.cursor, heard.more) == ((), EMPTY_FEED, False)
    heard = await gateway.hear(heard.cursor)
    assert [payment.payment_id for payment in heard.payments] == ["pi_1", "pi_2"]
    assert (heard.cursor, heard.more) == ("evt_2", False)
    assert script.query(2) == [("limit", "100"), *TYPES]


async def test_a_feed_that_filled_fast_is_read_from_its_oldest_page() -> None:
    """From an empty feed the walk goes to the oldest page, and says that there are newer ones."""
    gateway, script = stripe(listed(event(6), event(5), more=True), listed(event(2), event(1)))
    heard = await gateway.hear(EMPTY_FEED)
    assert [payment.payment_id for payment in heard.payments] == ["pi_1", "pi_2"]
    assert (heard.cursor, heard.more) == ("evt_2", True)
    assert ("starting_after", "evt_5") in script.query(1)


async def test_a_feed_that_goes_round_is_left() -> None:
    """A walk that does not move on ends."""
    gateway, _ = stripe(listed(event(5), more=True))
    with pytest.raises(Unreachable):
        await gateway.hear(EMPTY_FEED)


@pytest.mark.parametrize(
    "refusal",
    [
        stripe_error(404, "resource_missing", "ending_before", "No such event: 'evt_5'"),
        stripe_error(400, "resource_missing", "", "No such event: 'evt_5'"),
        stripe_error(400, "", "ending_before", "Invalid ending_before"),
    ],
)
async def test_a_lost_cursor(refusal: httpx.Response) -> None:
    """An event that Stripe no longer holds means that every link has to be asked for."""
    gateway, _ = stripe(refusal)
    with pytest.raises(CursorLost):
        await gateway.hear("evt_5")


async def test_a_cursor_that_never_was_stripes() -> None:
    """A cursor of another gateway or of a broken file is lost without asking."""
    gateway, script = stripe(listed())
    with pytest.raises(CursorLost):
        await gateway.hear("not an id")
    assert script.asked == []


async def test_another_refusal_is_not_a_lost_cursor() -> None:
    """A refusal that is not about the cursor stays one."""
    gateway, _ = stripe(stripe_error(400, "parameter_unknown", "types"))
    with pytest.raises(Declined):
        await gateway.hear("evt_5")


@pytest.mark.parametrize("wrong", [{"amount_total": None}, {"amount_total": 1.5}, {"currency": 8}])
async def test_our_money_is_never_skipped_because_it_is_unreadable(wrong: dict[str, object]) -> None:
    """A paid session of ours that cannot be read stops the feed there instead of being lost."""
    gateway, _ = stripe(listed(event(6, session(**wrong))))
    with pytest.raises(Unreachable):
        await gateway.hear("evt_5")
