"""The count finds what is wrong: every kind of loss and doubling is made on purpose, in the sandbox or the file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.models import PaymentRequest
from tests.faults.scene import drafts, pays, scene, settle
from tests.faults.truth import Count, count
from tests.journeys.clinic import BOTH, Clinic


@pytest.fixture(params=["stripe", "coherent"])
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic on each dialect, with a sandbox of its own."""
    with scene(tmp_path, request.param) as made:
        yield made


async def sent(clinic: Clinic) -> PaymentRequest:
    """Send a payment link by email and SMS."""
    request = clinic.send(drafts(clinic, 1)[0], BOTH)
    await settle(clinic)
    return clinic.now_is(request)


def counted(clinic: Clinic, request: PaymentRequest) -> Count:
    """Count what became of one request."""
    return count(clinic.folder, clinic.sandbox, [request.id])


async def test_all_is_well(clinic: Clinic) -> None:
    """A link that was made, sent and paid: nothing is lost, doubled or broken."""
    request = await sent(clinic)
    pays(clinic, clinic.links(request)[0])
    await settle(clinic)
    found = counted(clinic, request)
    assert (found.good, found.requests, found.payments, found.asked, found.repeated) == (True, 1, 1, 0, 0)


async def test_a_second_link(clinic: Clinic) -> None:
    """The same request has two links at the gateway."""
    request = await sent(clinic)
    link = clinic.links(request)[0]
    clinic.sandbox.book.save_link(replace(link, id=f"{link.id}2", token="another"))
    assert counted(clinic, request).doubled == 1


async def test_a_link_that_takes_no_money(clinic: Clinic) -> None:
    """The file says that the link is live, and it is not."""
    request = await sent(clinic)
    clinic.sandbox.book.save_link(replace(clinic.links(request)[0], active=False))
    assert counted(clinic, request).lost == 1


async def test_a_request_that_is_not_there(clinic: Clinic) -> None:
    """What was acknowledged is not in the file, or was never done."""
    request = clinic.send(drafts(clinic, 1)[0], {})
    assert counted(clinic, request).lost == 1
    assert count(clinic.folder, clinic.sandbox, ["nobody"], settled=False).lost == 1
    assert count(clinic.folder, clinic.sandbox, [], payments=["nothing"], settled=False).lost == 1


async def test_a_payment_that_nobody_recorded(clinic: Clinic) -> None:
    """Money is at the gateway and not in the ledger; and the other way about."""
    request = await sent(clinic)
    pays(clinic, clinic.links(request)[0])
    assert counted(clinic, request).lost == 1
    await settle(clinic)
    payment = clinic.sandbox.book.payments()[0]
    clinic.sandbox.book.save_payment(replace(payment, status="failed"))
    assert any("not at the gateway" in problem for problem in counted(clinic, request).problems)


async def test_a_second_sms(clinic: Clinic) -> None:
    """The client got the same SMS twice."""
    request = await sent(clinic)
    text = next(each for each in clinic.sandbox.mailbox.messages() if each.channel == "sms")
    clinic.sandbox.mailbox.deliver_sms(text.to, text.text)
    assert counted(clinic, request).doubled == 1


async def test_a_second_email(clinic: Clinic) -> None:
    """Again under its Message-ID it is counted, and bad unless an answer was lost; under another it is always bad."""
    request = await sent(clinic)
    email = next(each for each in clinic.sandbox.mailbox.messages() if each.channel == "email")
    clinic.sandbox.mailbox._archive.add_email(email.to, email.raw, "")
    found = counted(clinic, request)
    assert (found.repeated, found.doubled) == (1, 1)
    assert count(clinic.folder, clinic.sandbox, [request.id], unanswered=1).good
    clinic.sandbox.mailbox.deliver_email(email.to, email.subject, email.text)
    assert any("Message-ID" in problem for problem in counted(clinic, request).problems)


async def test_a_table_that_was_changed(clinic: Clinic) -> None:
    """What screens read is not what the ledger says."""
    request = await sent(clinic)
    clinic.store.write(lambda tx: tx.run("UPDATE requests SET amount = 1 WHERE id = :id", id=request.id))
    assert any("differs from the ledger" in problem for problem in counted(clinic, request).problems)
