"""The mail server: what real senders hand over is what the mailbox holds, and faults are what they say."""

import base64
import smtplib
import socket
from collections.abc import Callable
from pathlib import Path

import apprise
import pytest

from sync.sandbox.mailbox import FaultAction, Mailbox

Source = Callable[..., bytes]

# Apprise loads `imghdr`, which Python 3.11 and 3.12 announce as leaving.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def send(port: int, raw: bytes, *to: str) -> None:
    """Send an email as any program would."""
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as sender:
        sender.sendmail("desk@riverside.example", to or ("jane@example.com",), raw)


def test_an_email_arrives_whole(mailbox: Mailbox, email_source: Source) -> None:
    """Both bodies, the headers and the inline picture are read out of the MIME that was sent."""
    raw = email_source()
    send(mailbox.start_smtp(0), raw)
    [mail] = mailbox.messages()
    assert (mail.channel, mail.to, mail.sender) == (
        "email",
        "jane@example.com",
        "Clínica Riverside <desk@riverside.example>",
    )
    assert mail.subject == "Payment request from Riverside Clinic"
    assert mail.text.strip() == "Please pay £120.00 at https://pay.example/x."
    assert '<img src="cid:qr.png">' in mail.html
    assert mail.headers["Message-ID"] == "<one@riverside.example>"
    assert mail.header("reply-to") == "hello@riverside.example"
    [picture] = mail.parts
    assert (picture.content_type, picture.content_id, picture.inline) == ("image/png", "qr.png", True)
    assert picture.data.startswith(b"\x89PNG")
    assert mail.raw.replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")


def test_apprise_sends_html_with_an_inline_picture(mailbox: Mailbox, tmp_path: Path) -> None:
    """The real Apprise mail plugin delivers its HTML, its text, Reply-To and the `cid:` picture."""
    picture = tmp_path / "qr.png"
    picture.write_bytes(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptV"))
    port = mailbox.start_smtp(0)
    url = f"mailto://127.0.0.1:{port}?from=desk@example.com&to=jane@example.com&inline=yes&reply=hi@example.com"
    sender = apprise.Apprise()
    assert sender.add(url)
    body = '<p>Pay <b>£120.00</b></p><img src="cid:qr.png">'
    assert sender.notify(body, title="Payment request", body_format="html", attach=str(picture))
    [mail] = mailbox.messages("jane@example.com")
    assert mail.subject == "Payment request"
    assert body in mail.html
    assert "£120.00" in mail.text
    assert "hi@example.com" in mail.header("Reply-To")
    assert [(part.content_id, part.data) for part in mail.parts] == [("qr.png", picture.read_bytes())]


def test_each_address_of_one_email_gets_it(mailbox: Mailbox, email_source: Source) -> None:
    """An email to two clients is one message in each mailbox; capitals do not make another mailbox."""
    send(mailbox.start_smtp(0), email_source(), "Jane@Example.com", "sam@example.com")
    assert [mail.to for mail in mailbox.messages()] == ["Jane@Example.com", "sam@example.com"]
    assert [mail.to for mail in mailbox.messages("jane@example.com")] == ["Jane@Example.com"]


def test_a_repeated_message_id_is_kept_and_shown_as_a_repeat(mailbox: Mailbox, email_source: Source) -> None:
    """The same email twice is two messages, and the second knows its first; another mailbox's is no repeat."""
    port = mailbox.start_smtp(0)
    for to in ("jane@example.com", "jane@example.com", "sam@example.com"):
        send(port, email_source(), to)
    send(port, email_source("<two@riverside.example>"))
    first, second, other, new = mailbox.messages()
    assert [mail.repeat_of for mail in (first, second, other, new)] == [None, first.id, None, None]


def test_any_user_and_password_are_taken(mailbox: Mailbox) -> None:
    """A setting that carries credentials works against the sandbox without a change."""
    with smtplib.SMTP("127.0.0.1", mailbox.start_smtp(0), timeout=10) as sender:
        code, _words = sender.login("desk", "secret")
    assert code == 235


def faulty(folder: Path, action: FaultAction, asked: list[str]) -> Mailbox:
    """Return a mailbox whose first delivery meets `action`; `asked` notes every address."""

    def fault(address: str) -> FaultAction | None:
        asked.append(address)
        return action if len(asked) == 1 else None

    return Mailbox(folder, fault=fault)


def test_refused_is_a_421_and_a_closed_line(tmp_path: Path, email_source: Source) -> None:
    """`refuse` answers 421, closes, keeps nothing, and the next delivery goes through."""
    asked: list[str] = []
    box = faulty(tmp_path, "refuse", asked)
    try:
        port = box.start_smtp(0)
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as sender:
            sender.ehlo()
            sender.mail("desk@riverside.example")
            assert sender.rcpt("jane@example.com")[0] == 421
            with pytest.raises(smtplib.SMTPServerDisconnected):
                sender.noop()
        assert box.messages() == []
        send(port, email_source())
        assert len(box.messages()) == 1
    finally:
        box.stop()
    assert asked == ["jane@example.com", "jane@example.com"]


def test_rejected_is_a_550_for_that_address_alone(tmp_path: Path, email_source: Source) -> None:
    """`reject` refuses one address for good; the others of the same email get theirs."""
    box = faulty(tmp_path, "reject", [])
    try:
        with smtplib.SMTP("127.0.0.1", box.start_smtp(0), timeout=10) as sender:
            refused = sender.sendmail("d@example.com", ["bad@example.com", "sam@example.com"], email_source())
        assert refused["bad@example.com"][0] == 550
        assert [mail.to for mail in box.messages()] == ["sam@example.com"]
    finally:
        box.stop()


def test_dropped_after_is_kept_without_an_answer(tmp_path: Path, email_source: Source) -> None:
    """`drop_after` keeps the email but the sender never hears so; sent again, it shows as a repeat."""
    box = faulty(tmp_path, "drop_after", [])
    try:
        port = box.start_smtp(0)
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
            send(port, email_source())
        send(port, email_source())
        first, again = box.messages()
        assert again.repeat_of == first.id
    finally:
        box.stop()


def test_a_taken_port_says_what_to_do(mailbox: Mailbox) -> None:
    """Somebody else's port is an OSError in plain words, and the mailbox can still start elsewhere."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}. Choose another port"):
            mailbox.start_smtp(port)
    assert mailbox.start_smtp(0) > 0


def test_what_was_taken_survives_a_restart(tmp_path: Path, email_source: Source) -> None:
    """A new mailbox on the same folder holds the messages and recognises a repeat of them."""
    before = Mailbox(tmp_path)
    send(before.start_smtp(0), email_source())
    before.deliver_sms("+447700900123", "Hello")
    kept = before.messages()
    before.stop()
    after = Mailbox(tmp_path)
    try:
        assert after.messages() == kept
        send(after.start_smtp(0), email_source())
        assert after.messages()[-1].repeat_of == kept[0].id
    finally:
        after.stop()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no headers at all",
        b"Subject: =?utf-8?b?!!!?=\r\nFrom: <<>>@@\r\nTo: ,;:\r\nDate: never\r\n\r\nbody",
        b"Content-Type: text/plain; charset=klingon\r\n\r\nsoft \xff hyphen",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>cut off",
        b"Subject: nul \x00 and \xff\xfe bytes\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
    ],
)
def test_an_email_however_badly_made_is_kept(mailbox: Mailbox, raw: bytes) -> None:
    """Malformed mail is taken, kept byte for byte, and does not stop the next one."""
    port = mailbox.start_smtp(0)
    send(port, raw)
    send(port, b"Subject: next\r\n\r\nfine")
    first, second = mailbox.messages()
    assert first.raw.rstrip(b"\r\n") == raw.rstrip(b"\r\n")
    assert second.subject == "next"
