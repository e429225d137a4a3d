"""An email as the client's mail program gets it, from a real SMTP server."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from sync.couriers.apprise_courier import Courier
from sync.couriers.render import Attachment, RenderedMail
from sync.errors import Declined, Misconfigured
from tests.sync.couriers.letters import chosen, request_email
from tests.sync.couriers.worlds import Mailbox, Phone, listening, mail_server


async def deliver(mail: RenderedMail, *, url: str = "", to: str = "jane@example.com", **more: str) -> Mailbox:
    """Send `mail` through a courier to a fresh mailbox and return that."""
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        await Courier().send_email(
            (url or "mailto://127.0.0.1:{port}?from=desk@clinic.example&to={email}&mode=insecure").replace(
                "{port}", str(port)
            ),
            to,
            mail,
            message_id=more.get("message_id", "01JABC"),
            reply_to=more.get("reply_to", "hello@riverside.example"),
            clinic_name=more.get("clinic_name", "Riverside Clinic"),
        )
    return mailbox


def shape(message: EmailMessage) -> object:
    """Return the MIME types of a message as nested lists."""
    kind = message.get_content_type()
    return [kind, *(shape(part) for part in message.iter_parts())] if message.is_multipart() else kind  # type: ignore[arg-type]


def parts(message: EmailMessage) -> dict[str, EmailMessage]:
    """Return the leaves of a message by their type."""
    return {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}


async def test_an_email_has_our_text_our_html_and_the_code_inline(request_mail: RenderedMail) -> None:
    """Plain text and HTML are ours, and the picture is the one that the HTML names."""
    (message,) = (await deliver(request_mail)).messages

    assert shape(message) == ["multipart/alternative", "text/plain", ["multipart/related", "text/html", "image/png"]]
    leaves = parts(message)
    assert leaves["text/plain"].get_content() == request_mail.text
    assert leaves["text/html"].get_content() == request_mail.html
    picture = leaves["image/png"]
    assert picture.get_content() == request_mail.qr_png
    assert picture.get_content_disposition() == "inline"
    assert f"cid:{picture['Content-ID'].strip('<>')}" in request_mail.html


async def test_an_email_says_who_it_is_from(request_mail: RenderedMail) -> None:
    """The clinic is the sender by name, and answers go to its support address."""
    mailbox = await deliver(request_mail)
    (message,) = mailbox.messages

    assert message["Subject"] == "Payment request from Riverside Clinic"
    assert message["From"] == "Riverside Clinic <desk@clinic.example>"
    assert message["To"] == "jane@example.com"
    assert message["Reply-To"] == "hello@riverside.example"
    assert message["Message-ID"] == "<01JABC@clinic.example>"
    assert message["Date"].datetime is not None
    assert mailbox.recipients == ["jane@example.com"]


async def test_the_result_is_what_the_server_answered(request_mail: RenderedMail) -> None:
    """The log gets the server's own receipt."""
    async with mail_server(Mailbox()) as port:
        said = await Courier().send_email(
            f"mailto://127.0.0.1:{port}?from=desk@clinic.example&to={{email}}",
            "jane@example.com",
            request_mail,
            message_id="1",
            reply_to=None,
            clinic_name="Riverside Clinic",
        )
    assert said == "accepted by 127.0.0.1: 250 2.0.0 Ok: queued as 4F2"


async def test_an_email_sent_again_has_the_same_message_id(request_mail: RenderedMail) -> None:
    """A mail program that already has the message can see that this is the same one."""
    ids = [(await deliver(request_mail, message_id="01JXYZ")).messages[0]["Message-ID"] for _ in range(2)]
    assert ids == ["<01JXYZ@clinic.example>"] * 2


@pytest.mark.parametrize(
    "url",
    [
        "mailto://127.0.0.1:{port}/{email}?from=desk@clinic.example",
        "mailto://localhost:{port}?from=Somebody<desk@clinic.example>&to={email}&smtp=127.0.0.1",
        "mailto://127.0.0.1:{port}/?from=desk@clinic.example&to={email}&retry=3&format=text&inline=no",
    ],
)
async def test_every_form_of_the_url_sends_one_whole_email(url: str, request_mail: RenderedMail) -> None:
    """Where the address stands in the URL, and what else it asks for, does not change the message."""
    mailbox = await deliver(request_mail, url=url, to="o'brien+bills@example.com")
    (message,) = mailbox.messages
    assert mailbox.recipients == ["o'brien+bills@example.com"]
    assert message["From"] == "Riverside Clinic <desk@clinic.example>"
    assert len(parts(message)) == 3


async def test_copies_and_headers_of_the_url_are_kept(request_mail: RenderedMail) -> None:
    """A clinic can have a copy of everything, and headers of its own that replace none of ours."""
    mailbox = await deliver(
        request_mail,
        url="mailto://127.0.0.1:{port}?from=desk@clinic.example&to={email}&cc=c@clinic.example"
        "&bcc=b@clinic.example&+X-Clinic=River&+Subject=Other&reply=r@clinic.example",
        reply_to="",
    )
    (message,) = mailbox.messages
    assert set(mailbox.recipients) == {"jane@example.com", "c@clinic.example", "b@clinic.example"}
    assert (message["Cc"], message["Bcc"], message["X-Clinic"]) == ("c@clinic.example", None, "River")
    assert message["Subject"] == "Payment request from Riverside Clinic"
    assert message["Reply-To"] == "r@clinic.example"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Evil\r\nBcc: thief@example.com\r\n\r\nHi", "Evil Bcc: thief@example.com Hi"),
        ('"Quoted" <b>Clinic</b>, Ltd; @home', '"Quoted" <b>Clinic</b>, Ltd; @home'),
        ("Zahnärzte 🦷 am Fluß", "Zahnärzte 🦷 am Fluß"),
        ("عيادة النهر", "عيادة النهر"),
        ("\u202egnihtemos\u2066 Clinic\x1b[31m", "gnihtemos Clinic[31m"),
    ],
)
async def test_any_name_arrives_as_text_in_headers(name: str, shown: str) -> None:
    """A clinic's name is never more than its part of the subject and of the sender."""
    mail = request_email(chosen(clinic__name=name), client="Jane\r\nX-Evil: 1")
    mailbox = await deliver(mail, clinic_name=name)
    (message,) = mailbox.messages
    assert message["Subject"] == f"Payment request from {shown}"
    assert message["From"].addresses[0].display_name == shown
    assert message["From"].addresses[0].addr_spec == "desk@clinic.example"
    assert (message["Bcc"], message["X-Evil"]) == (None, None)
    assert mailbox.recipients == ["jane@example.com"]


async def test_a_long_name_of_a_sender_is_cut_and_stays_one_sender(request_mail: RenderedMail) -> None:
    """Commas in a name that fills several lines do not make several senders of it."""
    mailbox = await deliver(request_mail, clinic_name="Smith, Jones; Partners @ Home. " * 9)
    (sender,) = mailbox.messages[0]["From"].addresses
    assert sender.display_name == "Smith, Jones; Partners @ Home. Smith, Jones; Partners @ Home. Smith,…"
    assert sender.addr_spec == "desk@clinic.example"


async def test_an_international_domain_is_written_as_servers_know_it(request_mail: RenderedMail) -> None:
    """A domain with umlauts is delivered in its ASCII form."""
    assert (await deliver(request_mail, to="jane@bücher.example")).recipients == ["jane@xn--bcher-kva.example"]


@pytest.mark.parametrize("to", ["", "jane", "a@b@c", "a@x.example,b@x.example", "a@x.example\r\nRCPT", "<a@b.c>"])
async def test_what_is_no_address_is_declined_before_anything_is_sent(to: str, request_mail: RenderedMail) -> None:
    """An address cannot smuggle in another recipient or a command."""
    with pytest.raises(Declined, match="not an email address"):
        await Courier().send_email(
            "mailto://127.0.0.1:9?from=d@c.example&to={email}",
            to,
            request_mail,
            message_id="1",
            reply_to=None,
            clinic_name="Riverside Clinic",
        )


async def test_a_url_that_asks_for_pgp_is_not_sent_in_the_clear(request_mail: RenderedMail) -> None:
    """Encryption that was asked for is refused, not left out."""
    with pytest.raises(Misconfigured, match=r"Remove pgp and wkd from email\.url"):
        await deliver(request_mail, url="mailto://127.0.0.1:{port}?from=d@c.example&to={email}&pgp=sign")


async def test_a_web_service_gets_the_html_and_the_picture_attached(request_mail: RenderedMail) -> None:
    """Where no inline picture can be sent, the page does not refer to one."""
    service = Phone()
    async with listening(service.serve) as port:
        said = await Courier().send_email(
            f"json://127.0.0.1:{port}/mail?:to={{email}}&format=html",
            "jane@example.com",
            request_mail,
            message_id="1",
            reply_to=None,
            clinic_name="Riverside Clinic",
        )
    (body,) = service.bodies
    assert said == "accepted by JSON"
    assert body["to"] == "jane@example.com"
    assert body["title"] == "Payment request from Riverside Clinic"
    assert "Tap here to pay" in body["message"]
    assert "cid:" not in body["message"]
    assert [attached["mimetype"] for attached in body["attachments"]] == ["image/png"]


PDF = Attachment("Receipt-INV-000124.pdf", "application/pdf", b"%PDF-1.3 \x00\xff")


async def test_a_file_goes_with_the_email(request_mail: RenderedMail) -> None:
    """Beside the text and the page, under its name, byte for byte."""
    (message,) = (await deliver(replace(request_mail, attachments=(PDF,)))).messages
    assert shape(message) == [
        "multipart/mixed",
        ["multipart/alternative", "text/plain", ["multipart/related", "text/html", "image/png"]],
        "application/pdf",
    ]
    file = parts(message)["application/pdf"]
    assert (file.get_filename(), file.get_content()) == (PDF.name, PDF.content)


async def test_a_web_service_gets_the_file_too(request_mail: RenderedMail) -> None:
    """Attached like the picture."""
    service = Phone()
    async with listening(service.serve) as port:
        await Courier().send_email(
            f"json://127.0.0.1:{port}/mail?:to={{email}}&format=html",
            "jane@example.com",
            replace(request_mail, attachments=(PDF,)),
            message_id="1",
            reply_to=None,
            clinic_name="Riverside Clinic",
        )
    assert [attached["mimetype"] for attached in service.bodies[0]["attachments"]] == ["image/png", "application/pdf"]


async def test_a_line_that_begins_with_from_stays_as_it_is(request_mail: RenderedMail) -> None:
    """Mailbox files mark such lines with “>”; an email is none."""
    text = "Dear Jane,\n\nFrom Monday on we are open at eight.\n"
    (message,) = (await deliver(replace(request_mail, text=text))).messages
    assert parts(message)["text/plain"].get_content() == text
