"""Text messages and clinic notifications by web services, on real HTTP."""

import asyncio
import io
import logging
from collections.abc import Iterator

import pytest

from sync.couriers.apprise_courier import Courier
from sync.couriers.render import notice_mail
from sync.couriers.services import Limits
from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable, WorldError
from tests.sync.couriers.letters import paid_notice
from tests.sync.couriers.worlds import Mailbox, Phone, Serve, free_port, listening, mail_server

BRIEF = Courier(Limits(connect=0.3, answer=0.3, total=5.0))
MOBILE = "+447700900123"


async def sms_failure(url: str) -> WorldError:
    """Return the error with which a text message by `url` ends."""
    with pytest.raises(WorldError) as caught:
        await BRIEF.send_sms(url, MOBILE, "Hello")
    return caught.value


@pytest.mark.parametrize("place", ["?:to={mobile}", "/{mobile}"])
async def test_a_text_message_arrives_letter_for_letter(place: str) -> None:
    """The plus of the number and every sign of the text stay as they are."""
    phone = Phone()
    text = "Riverside: £211.00 for INV-1. Pay: https://x.example/a_b~c?d=1&e=%20 :smile: <b> \\n K7Q-42M"
    async with listening(phone.serve) as port:
        said = await Courier().send_sms(f"json://127.0.0.1:{port}/sms{place}", MOBILE, text)
    assert said == "accepted by JSON"
    assert phone.bodies[0]["message"] == text
    assert MOBILE in (phone.bodies[0].get("to", ""), phone.paths[0].removeprefix("/sms/").replace("%2B", "+"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, Misconfigured),
        (400, Declined),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, Declined),
        (422, Declined),
        (429, Busy),
        (500, OutcomeUnknown),
        (503, OutcomeUnknown),
    ],
)
async def test_each_http_status_has_its_meaning(status: int, kind: type[WorldError]) -> None:
    """What a provider answered decides what happens next; the request is made once."""
    phone = Phone(status=status, headers={"Location": "/elsewhere"})
    async with listening(phone.serve) as port:
        error = await sms_failure(f"json://127.0.0.1:{port}/sms?:to={{mobile}}&retry=3&optional=yes")
    assert type(error) is kind
    assert str(status) in error.detail
    assert len(phone.bodies) == 1


PORTAL = "<!DOCTYPE html><title>Welcome to Guest Wi-Fi</title>"


@pytest.mark.parametrize(("headers", "answer"), [({"Content-Type": "text/html; charset=utf-8"}, "ok"), ({}, PORTAL)])
async def test_a_sign_in_page_is_no_answer_of_the_service(headers: dict[str, str], answer: str) -> None:
    """A guest network answers 200 with a web page: nobody can say that the message was taken."""
    phone = Phone(headers=headers, answer=answer)
    async with listening(phone.serve) as port:
        error = await sms_failure(f"json://127.0.0.1:{port}/sms?:to={{mobile}}")
    assert type(error) is OutcomeUnknown
    assert "wants a sign-in" in str(error)


@pytest.mark.parametrize(("header", "seconds"), [({"Retry-After": "7"}, 7), ({}, None)])
async def test_a_busy_service_says_how_long(header: dict[str, str], seconds: float | None) -> None:
    """`Retry-After` is what the pause is."""
    phone = Phone(status=429, headers=header)
    async with listening(phone.serve) as port:
        error = await sms_failure(f"json://127.0.0.1:{port}/sms?:to={{mobile}}")
    assert isinstance(error, Busy)
    assert error.retry_after == seconds


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""
    await asyncio.Event().wait()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the beginning of the request, then cut the connection hard."""
    await reader.read(10)
    writer.transport.abort()


async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request, then close."""
    await reader.readuntil(b"\r\n\r\n")


async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer whatever comes without TLS."""
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Plain\r\n\r\n")
    await reader.read()


async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer something that is not HTTP, with a phrase that must not be mistaken for a status."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"error=401 NewConnectionError\r\n\r\n")


@pytest.mark.parametrize("serve", [hang, reset, leave, babble])
async def test_a_request_without_an_answer_is_of_unknown_outcome(serve: Serve) -> None:
    """Once bytes have left, silence may hide a delivery."""
    async with listening(serve) as port:
        error = await sms_failure(f"json://127.0.0.1:{port}/sms?:to={{mobile}}")
    assert type(error) is OutcomeUnknown


async def test_what_a_message_says_is_not_taken_for_an_answer() -> None:
    """A text that looks like a line of Apprise's log does not decide anything."""
    async with listening(leave) as port:
        with pytest.raises(OutcomeUnknown):
            await BRIEF.send_sms(f"json://127.0.0.1:{port}/?:to={{mobile}}", MOBILE, "error=401 NewConnectionError")


async def test_nobody_there_is_unreachable() -> None:
    """A closed port, an unknown name, a failed handshake: nothing left."""
    async with listening(plain) as port:
        handshake = await sms_failure(f"jsons://127.0.0.1:{port}/sms?:to={{mobile}}")
    closed = await sms_failure(f"json://127.0.0.1:{free_port()}/sms?:to={{mobile}}")
    nowhere = await sms_failure("jsons://sms.invalid/sms?:to={mobile}")
    assert [type(error) for error in (handshake, closed, nowhere)] == [Unreachable] * 3


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("  ", r"not set up\. Fill in sms\.url"),
        ("json://127.0.0.1/sms", r"Put \{mobile\} in it"),
        ("twilio://short:token@nobody/{mobile}", r"sms\.url is not an address"),
    ],
)
async def test_a_setting_that_cannot_work_says_so(url: str, text: str) -> None:
    """The person is told which setting to fix."""
    error = await sms_failure(url)
    with pytest.raises(Misconfigured, match=text):
        raise error


@pytest.mark.parametrize(
    "mobile", ["", "07700900123", "+44 7700 900123", "+447700900123,+447700900124", "+४४७७००९००१२"]
)
async def test_what_is_no_mobile_is_declined_before_anything_is_sent(mobile: str) -> None:
    """A provider would send to its own number when it finds none in the URL."""
    with pytest.raises(Declined, match="not a mobile number"):
        await BRIEF.send_sms("json://127.0.0.1:9/{mobile}", mobile, "Hello")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Return what a program that logs everything of ours would write down."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(lambda record: record.name.startswith(("apprise", "sync")))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.parametrize("status", [200, 401, 404, 500])
async def test_no_part_of_a_key_is_ever_shown(status: int, logged: io.StringIO) -> None:
    """User, password, path, query and headers of the URL are in no result, error or log."""
    phone = Phone(status=status, answer="s3cret-path pa55word")
    async with listening(phone.serve) as port:
        url = (
            f"json://acc0unt:pa55%3Aword@127.0.0.1:{port}/s3cret-path?"
            ":to={mobile}&:key=t0ken-value&+Authorization=Bearer%20abcdef"
        )
        try:
            shown = await BRIEF.send_sms(url, MOBILE, "Hello")
        except WorldError as error:
            shown = f"{error} {error.detail} {error!r}"
    for secret in ("acc0unt", "pa55", "s3cret", "t0ken", "abcdef"):
        assert secret not in shown + logged.getvalue()


async def test_a_clinic_notification_by_email_has_text_and_html() -> None:
    """Every address of the target gets the rendered notification, under an id that stays."""
    mail, mailbox = notice_mail(paid_notice()), Mailbox()
    async with mail_server(mailbox) as port:
        await Courier().notify(
            f"mailto://127.0.0.1:{port}/a@clinic.example/b@clinic.example?from=desk@clinic.example",
            mail.subject,
            mail.text,
            kind="payment_link_paid",
            html=mail.html,
            message_id="01JN",
        )
    (message,) = mailbox.messages
    assert message["Subject"] == "Payment link paid: £211.00, INV-000124"
    assert message["Message-ID"] == "<01JN@clinic.example>"
    assert [part.get_content() for part in message.iter_parts()] == [mail.text, mail.html]
    assert mailbox.recipients == ["a@clinic.example", "b@clinic.example"]


async def test_a_notification_without_html_is_a_plain_email() -> None:
    """A test message from the settings needs no template."""
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        await Courier().notify(
            f"mailto://127.0.0.1:{port}?from=desk@clinic.example", "A test", "It works.\n", kind="offline"
        )
    (message,) = mailbox.messages
    assert (message.get_content_type(), message.get_content()) == ("text/plain", "It works.\n")
    assert mailbox.recipients == ["desk@clinic.example"]


async def test_a_clinic_notification_by_a_web_service_is_text() -> None:
    """Other targets get title and text, with nothing of it read as markup."""
    phone = Phone()
    async with listening(phone.serve) as port:
        await Courier().notify(
            f"json://127.0.0.1:{port}/", "Paid: £1", "Jane <b>Smith</b> *paid*", kind="offline", html="<p>x</p>"
        )
    assert (phone.bodies[0]["title"], phone.bodies[0]["message"]) == ("Paid: £1", "Jane <b>Smith</b> *paid*")


@pytest.mark.parametrize("target", ["", "nowhere", "mailto://127.0.0.1/not-an-address?from=d@c.example"])
async def test_a_target_that_cannot_work_names_its_setting(target: str) -> None:
    """The person is told where the wrong target stands."""
    with pytest.raises(Misconfigured, match=r"notify\.refund_failed\.targets"):
        await BRIEF.notify(target, "Failed", "A refund", kind="refund_failed")
