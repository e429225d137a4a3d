"""The outbox at the screen: what went wrong in plain words, and every decision that a person may take about it."""

import re
from itertools import pairwise

import pytest
from textual.events import Paste
from textual.widgets import Input

from store.models import PaymentRequest
from store.rebuild import differences
from tests.journeys.clinic import EMAIL, Clinic, pay
from tests.journeys.front_desk import BLOCK, SMALL, WIDE, FrontDesk, newest, open_desk, stock
from tui.screens.ask import Confirm
from tui.screens.invoice_ask import AskAndDo
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.link_panel import LinkScreen
from tui.screens.outbox import OutboxScreen
from tui.widgets.error_line import ErrorLine
from tui.widgets.sheet import Pane

NOT_THERE = "5f0c9f0e-7a51-4b7e-9d2f-0d8f1c2b3a4d"
"""An id such as the gateway's, of no transaction."""

coherent = pytest.mark.parametrize("clinic", ["coherent"], indirect=True)


def whole(clinic: Clinic) -> None:
    """Check that the tables are what the ledger says, and that nothing is broken."""
    assert clinic.store.read(differences) == []
    assert clinic.problems() == ()


def made(clinic: Clinic, request: PaymentRequest) -> int:
    """Return how often a link for a request was made at the gateway, as its journal has it."""
    there = {link.id for link in clinic.links(request)}
    return sum(entry.method == "POST" and entry.effect in there for entry in clinic.sandbox.journal())


def folded(pane: Pane) -> str:
    """Return the text of a pane, every gap one space."""
    return " ".join(pane.sheet.text.split())


def detail(desk: FrontDesk) -> str:
    """Return all that the outbox says of the entry under the cursor, every gap one space."""
    return folded(desk.app.screen.query_one(Pane))


async def told(desk: FrontDesk, *texts: str) -> None:
    """Wait until the outbox says all of this of the entry under the cursor."""
    screen = await desk.comes_to(OutboxScreen)
    await desk.until(lambda: desk.app.screen is screen and all(text in detail(desk) for text in texts))


async def sends(desk: FrontDesk, clinic: Clinic, who: str, item: str) -> PaymentRequest:
    """Sell something and press Send payment; return the request. At 80×24 the next client's sale is begun."""
    number = await desk.sells(who, item)
    await desk.press("<f8>", "<enter>")
    await desk.dialog()
    await desk.press("<enter>")
    await desk.until(lambda: clinic.invoice(number).requests)
    if desk.app.size.width < WIDE[0]:
        await desk.comes_to(LinkScreen)
        await desk.press("n")
        await desk.sees("New sale")
    return newest(clinic, number)


async def in_doubt(desk: FrontDesk, clinic: Clinic) -> PaymentRequest:
    """Send a link whose transaction is made while the line drops, and look at it in the outbox."""
    clinic.sandbox.fault("reset_after", count=1, scope="coherent")
    request = await sends(desk, clinic, "jane", "cons")
    await desk.until(lambda: clinic.now_is(request).state == "attention")
    await desk.press("<f5>")
    await desk.sees("! Decide Make payment link", "! 1 needs")
    return request


async def answers(desk: FrontDesk, key: str, text: str) -> None:
    """Press a key of the outbox and paste the answer to what it asks."""
    await desk.press(key)
    await desk.comes_to(AskAndDo)
    await pastes(desk, text)


async def pastes(desk: FrontDesk, text: str) -> None:
    """Paste a text into the field, and press Enter."""
    field = desk.app.screen.query_one(Input)
    desk.app.post_message(Paste(text))
    await desk.until(lambda: field.value == text)
    await desk.press("<enter>")


@coherent
@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_adopted_by_its_id(clinic: Clinic, size: tuple[int, int]) -> None:
    """Taken there, never answered: a wrong id is refused with the reason, the right one makes it the one link."""
    stock(clinic)
    async with open_desk(clinic, size) as desk:
        request = await in_doubt(desk, clinic)
        await told(
            desk,
            "The line to Coherent broke before the answer came, so whether it was done is not known.",
            f"Look for the code {request.code} there first",
            "Choices Is the code at the gateway? If so, Adopt takes the link by its id.",
            "If not, Retry sends another link. Drop gives it up.",
        )
        await desk.until(lambda: re.search(r"Tries \d\d:\d\d needs a decision, as said above", detail(desk)))
        (link,) = clinic.links(request)

        await answers(desk, "g", "what is this")
        await desk.is_told("That is no id of the gateway.")
        await desk.press("<ctrl+u>")
        await pastes(desk, NOT_THERE)
        await told(desk, f"Coherent has no link {NOT_THERE}", "If so, Adopt takes the link")
        await desk.sees("! Decide Make payment link")
        assert (clinic.now_is(request).state, clinic.now_is(request).gateway_id) == ("attention", None)

        await answers(desk, "g", link.id)
        await desk.sees("Make payment link", "done.", "0 queued")
        await desk.until(lambda: clinic.now_is(request).state == "live" and not clinic.waiting())
        assert clinic.now_is(request).gateway_id == link.id
        assert (len(clinic.links(request)), made(clinic, request)) == (1, 1)
        assert len(clinic.received(EMAIL, request)) == 1
        whole(clinic)

        await desk.press("<f3>", request.code, "<enter>")
        await desk.sees("O options")
        await desk.press("o")
        await desk.sees("Show QR")
        await desk.press("q")
        await desk.sees(BLOCK, request.code)
        await pay(clinic.now_is(request).url)
        await desk.sees("● Paid")
    assert (clinic.waiting(), made(clinic, request)) == ([], 1)
    whole(clinic)


@coherent
async def test_sent_again(clinic: Clinic) -> None:
    """Nothing is there after all: Retry asks once more, a no changes nothing, a yes makes the link."""
    stock(clinic)
    clinic.sandbox.fault("refuse", count=1, scope="coherent")
    async with open_desk(clinic) as desk:
        request = await sends(desk, clinic, "jane", "cons")
        await desk.until(lambda: clinic.now_is(request).state == "attention")
        await desk.press("<f5>")
        await told(desk, "Is the code at the gateway?")
        assert clinic.links(request) == []
        await desk.press("r")
        await desk.comes_to(Confirm)
        await desk.sees("link may exist at the gateway already. Send another?", "Send another Enter")
        await desk.press("<escape>")
        await told(desk, "Is the code at the gateway?")
        assert clinic.now_is(request).state == "attention"
        await desk.press("r")
        await desk.comes_to(Confirm)
        await desk.press("<enter>")
        await desk.sees("Nothing waits. Everything has gone out.", "done.")
        assert (clinic.now_is(request).state, made(clinic, request)) == ("live", 1)
        await desk.until(lambda: len(clinic.received(EMAIL, request)) == 1)
    assert clinic.waiting() == []
    whole(clinic)


@coherent
async def test_dropped_with_a_reason(clinic: Clinic) -> None:
    """Given up: the invoice log keeps who and why, nothing goes out, and the invoice can be asked for anew."""
    stock(clinic)
    async with open_desk(clinic) as desk:
        request = await in_doubt(desk, clinic)
        await desk.press("d")
        dialog = await desk.comes_to(AskAndDo)
        await desk.press("<enter>")
        await desk.is_told("Say why it is dropped; the invoice log keeps the reason.")
        assert dialog.query_one(ErrorLine).said
        await desk.press("she pays in cash", "<enter>")
        await desk.sees("it is dropped.", "Nothing waits.", "0 queued")
        assert (clinic.now_is(request).state, clinic.waiting()) == ("stopped", [])
        number = clinic.invoice(request.invoice_id).row.number
        await desk.press("<f3>")
        await desk.sees(number)
        await desk.press("<enter>", "4")
        popup = await desk.comes_to(InvoicePopup)
        await desk.until(lambda: "dropped by Amira: she pays in cash" in folded(popup.pane("log")))
        assert clinic.invoice(number).askable == clinic.invoice(number).row.due
    assert (clinic.received(EMAIL, request), made(clinic, request)) == ([], 1)
    whole(clinic)


async def test_a_backlog_is_hurried(stripe_clinic: Clinic) -> None:
    """Three sales while the line is down: each waits and says why, the seconds go down, and A sends all at once."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        await desk.sees("● Online")
        clinic.sandbox.fault("offline")
        requests = [
            await sends(desk, clinic, who, item)
            for who, item in (("jane", "cons"), ("omar", "flu"), ("bobby", "vita"))
        ]
        await desk.press("<f5>")
        await desk.sees("3 queued", "○ Offline since")
        await desk.until(lambda: desk.drawn().count("◷ Waiting  Make payment link") == 3)
        seen: list[int] = []

        def counts_down() -> bool:
            shown = {int(seconds) for seconds in re.findall(r"in (\d+) s", desk.drawn())}
            seen.extend(shown if len(shown) == 1 else ())
            return any(later == earlier - 1 for earlier, later in pairwise(seen))

        await desk.until(counts_down)
        await told(desk, "Why", "It goes out by itself.", "Retry tries it at once; Hold keeps it back.")
        assert all(clinic.links(request) == [] for request in requests)

        clinic.sandbox.mend()
        await desk.press("a")
        await desk.sees("3 entries are tried now.", "Nothing waits.", "● Online", "0 queued")
        await desk.until(lambda: not clinic.waiting())
    assert [clinic.now_is(request).state for request in requests] == ["live"] * 3
    assert [made(clinic, request) for request in requests] == [1] * 3
    assert all(len(message.sent_at or "") for r in requests for message in clinic.now_is(r).messages)
    whole(clinic)


async def test_held_and_let_go(stripe_clinic: Clinic) -> None:
    """Held back, it stays when all others go, also with A; Retry lets it go out, once."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        await desk.sees("● Online")
        clinic.sandbox.fault("offline")
        kept = await sends(desk, clinic, "jane", "cons")
        other = await sends(desk, clinic, "omar", "flu")
        await desk.press("<f5>")
        await desk.sees("2 queued")
        await desk.until(lambda: all(entry.state == "ready" for entry in clinic.waiting()))
        await answers(desk, "h", "waits for Dr Lee")
        await desk.sees("‖ Held", "held by Amira: waits for Dr Lee")
        clinic.sandbox.mend()
        await desk.press("a")
        await desk.until(lambda: clinic.now_is(other).state == "live")
        assert (clinic.now_is(kept).state, clinic.links(kept)) == ("queued", [])
        whole(clinic)
        await desk.until(lambda: [entry.state for entry in clinic.waiting()] == ["held"])
        await told(desk, "held by Amira: waits for Dr Lee", "Retry lets it go on: it goes out again.")
        await desk.press("r")
        await desk.sees("Nothing waits.", "done.")
        await desk.until(lambda: clinic.now_is(kept).state == "live" and not clinic.waiting())
    assert (made(clinic, kept), made(clinic, other)) == (1, 1)
    whole(clinic)
