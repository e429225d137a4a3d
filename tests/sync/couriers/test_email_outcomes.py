"""What each way in which a mail server can fail means, on real sockets."""

import asyncio

import pytest

from sync.couriers.apprise_courier import Courier
from sync.couriers.render import RenderedMail
from sync.couriers.services import Limits
from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable, WorldError
from tests.sync.couriers.worlds import Mailbox, free_port, listening, mail_server, scripted

BRIEF = Courier(Limits(connect=0.3, answer=0.3, total=5.0))


async def failure(url: str, mail: RenderedMail, courier: Courier = BRIEF) -> WorldError:
    """Return the error with which an email by `url` ends."""
    with pytest.raises(WorldError) as caught:
        await courier.send_email(
            url, "jane@example.com", mail, message_id="1", reply_to=None, clinic_name="Riverside Clinic"
        )
    return caught.value


def at(port: int, more: str = "", credentials: str = "") -> str:
    """Return the setting for a mail server on `port`."""
    return f"mailto://{credentials}127.0.0.1:{port}?from=desk@clinic.example&to={{email}}{more}"


@pytest.mark.parametrize(
    ("answers", "kind", "text"),
    [
        ({"HELLO": None}, Unreachable, "could not be reached"),
        ({"HELLO": "hang"}, Unreachable, "could not be reached"),
        ({"HELLO": "421 too busy"}, Busy, "421 too busy"),
        ({"HELLO": "554 go away"}, Misconfigured, r"554 go away\. Correct email\.url"),
        ({"EHLO": None}, Unreachable, "could not be reached"),
        ({"MAIL": None}, Unreachable, "could not be reached"),
        ({"MAIL": "hang"}, Unreachable, "could not be reached"),
        ({"MAIL": "530 5.7.0 sign in first"}, Misconfigured, "user name and password"),
        ({"MAIL": "553 5.1.8 who are you"}, Misconfigured, "from this sender: 553 5.1.8 who are you"),
        ({"MAIL": "451 later"}, Busy, "451 later"),
        ({"RCPT": None}, Unreachable, "could not be reached"),
        ({"RCPT": "550 5.1.1 no such user"}, Declined, r"refused jane@example\.com: 550 5\.1\.1 no such user"),
        ({"RCPT": "450 4.2.0 greylisted"}, Busy, "450 4.2.0 greylisted"),
        ({"RCPT": "421 closing"}, Busy, "421 closing"),
        ({"DATA": "451 no room"}, Busy, "451 no room"),
        ({"DATA": "554 no valid recipients"}, Declined, "554 no valid recipients"),
        ({"DATA": None}, OutcomeUnknown, "before it confirmed"),
        ({"CONTENT": None}, OutcomeUnknown, "before it confirmed"),
        ({"CONTENT": "hang"}, OutcomeUnknown, "before it confirmed"),
        ({"CONTENT": "452 disk full"}, Busy, "452 disk full"),
        ({"CONTENT": "554 5.7.1 looks like spam"}, Declined, "554 5.7.1 looks like spam"),
    ],
)
async def test_each_answer_of_a_mail_server_has_its_meaning(
    answers: dict[str, str | None], kind: type[WorldError], text: str, request_mail: RenderedMail
) -> None:
    """Nothing has left before the content; after it, only an answer is believed."""
    async with listening(scripted(answers)) as port:
        error = await failure(at(port), request_mail)
    assert type(error) is kind
    with pytest.raises(kind, match=text):
        raise error


async def test_a_connection_lost_after_the_receipt_changes_nothing(request_mail: RenderedMail) -> None:
    """The server said yes; how it says goodbye does not matter."""
    async with listening(scripted({"QUIT": None})) as port:
        said = await BRIEF.send_email(
            at(port), "jane@example.com", request_mail, message_id="1", reply_to=None, clinic_name="Riverside"
        )
    assert said == "accepted by 127.0.0.1: 250 OK"


async def test_a_sign_in_that_is_refused_is_a_wrong_setting_and_shows_no_secret(request_mail: RenderedMail) -> None:
    """The server repeats user and password in its answer; the error does not."""
    reply = {"AUTH": "535 5.7.8 user mollie with hunter22 is wrong"}
    async with listening(scripted(reply)) as port:
        url = f"mailto://mollie:hunter22@127.0.0.1:{port}?from=desk@clinic.example&to={{email}}&mode=insecure"
        error = await failure(url, request_mail)
    assert type(error) is Misconfigured
    assert str(error) == (
        "The mail server did not accept the user name and password in email.url. Correct email.url."
    )
    assert error.detail == "535 5.7.8 user **** with **** is wrong"
    assert error.__suppress_context__


async def test_a_sign_in_that_fails_for_now_is_busy(request_mail: RenderedMail) -> None:
    """RFC 4954: 454 is a temporary failure of the server, not a wrong password."""
    async with listening(scripted({"AUTH": "454 4.7.0 try again"})) as port:
        assert type(await failure(at(port, credentials="u:p@"), request_mail)) is Busy


async def test_a_server_that_cannot_do_what_the_url_asks_is_a_wrong_setting(request_mail: RenderedMail) -> None:
    """STARTTLS and a sign-in are asked for by the URL and offered by the server, or not."""
    async with mail_server(Mailbox()) as port:
        starttls = await failure(at(port, "&mode=starttls"), request_mail)
        sign_in = await failure(at(port, credentials="u:p@"), request_mail)
    assert (type(starttls), type(sign_in)) == (Misconfigured, Misconfigured)


async def test_a_failed_handshake_left_nothing(request_mail: RenderedMail) -> None:
    """A server that does not speak TLS on its port is not reached."""
    async with mail_server(Mailbox()) as port:
        error = await failure(at(port, "&mode=ssl"), request_mail)
    assert type(error) is Unreachable
    assert "No trusted connection" in str(error)


async def test_nobody_there_is_unreachable(request_mail: RenderedMail) -> None:
    """A closed port and a name that does not exist: no byte has left."""
    closed = await failure(at(free_port()), request_mail)
    nowhere = await failure("mailtos://mail.invalid?from=desk@clinic.example&to={email}", request_mail)
    assert (type(closed), type(nowhere)) == (Unreachable, Unreachable)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("", r"not set up\. Fill in email\.url"),
        ("mailto://127.0.0.1:25?from=desk@clinic.example", r"Put \{email\} in it"),
        ("nonsense {email}", r"email\.url is not an address"),
        ("bogus://127.0.0.1/{email}", r"email\.url is not an address"),
        ("mailto://127.0.0.1?to={email}&mode=sideways&from=d@c.example", r"email\.url is not an address"),
        ("mailtos://" + "a" * 80 + ".example?to={email}&from=d@c.example&smtp=" + "a" * 80, "Correct email.url"),
    ],
)
async def test_a_setting_that_cannot_work_says_so(url: str, text: str, request_mail: RenderedMail) -> None:
    """The person is told which setting to fix."""
    error = await failure(url, request_mail)
    with pytest.raises(Misconfigured, match=text):
        raise error


async def test_a_refused_client_is_declined_though_the_copy_was_taken(request_mail: RenderedMail) -> None:
    """What counts is whether the client gets the email."""
    mailbox = Mailbox(refused={"jane@example.com": "550 unknown"})
    async with mail_server(mailbox) as port:
        error = await failure(at(port, "&bcc=copy@clinic.example"), request_mail)
    assert type(error) is Declined
    assert mailbox.recipients == ["copy@clinic.example"]


async def test_letters_that_the_server_cannot_take_are_declined(request_mail: RenderedMail) -> None:
    """A server without SMTPUTF8 cannot be asked to write to such an address."""
    async with listening(scripted({})) as port:
        with pytest.raises(Declined, match="such letters"):
            await BRIEF.send_email(
                at(port), "jané@example.com", request_mail, message_id="1", reply_to=None, clinic_name="R"
            )


async def test_a_whole_sending_has_an_end(request_mail: RenderedMail) -> None:
    """When the total time is over the outcome is unknown, whatever the thread is still doing."""
    async with listening(scripted({"CONTENT": "hang"})) as port:
        courier = Courier(Limits(connect=0.6, answer=0.6, total=0.2))
        assert type(await failure(at(port), request_mail, courier)) is OutcomeUnknown


async def test_a_cancelled_sending_ends_at_once(request_mail: RenderedMail) -> None:
    """Closing the desk does not wait for a mail server that says nothing."""
    arrived = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.Event().wait()

    async with listening(silent) as port:
        sending = asyncio.create_task(
            BRIEF.send_email(
                at(port), "jane@example.com", request_mail, message_id="1", reply_to=None, clinic_name="R"
            )
        )
        await arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
