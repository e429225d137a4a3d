"""Certificates are checked and lines are encrypted, whatever a setting asks for, but on this machine itself."""

import asyncio

import pytest

from sync.couriers.apprise_courier import Courier
from sync.couriers.render import RenderedMail
from sync.couriers.services import Limits
from sync.errors import Misconfigured
from tests.sync.couriers.worlds import Mailbox, listening, mail_server

MAIL = RenderedMail("Please pay", "<p>Please pay</p>", "Please pay", b"", "<p>Please pay</p>")
COURIER = Courier(Limits(connect=2, answer=2, total=5))


async def email(url: str) -> str:
    """Email somebody by this setting."""
    return await COURIER.send_email(
        url, "jane@example.com", MAIL, message_id="m1", reply_to=None, clinic_name="Riverside"
    )


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mailto://desk:hunter22@smtp.example.com?to={email}", "unencrypted.*mailtos://"),
        ("mailtos://desk:hunter22@smtp.example.com?to={email}&mode=insecure", "unencrypted.*leave out mode=insecure"),
        ("mailtos://desk:hunter22@smtp.example.com?to={email}&verify=no", "Remove verify=no"),
        (
            "mailtos://desk:hunter22@127.0.0.1?from=d@c.example&to={email}&smtp=smtp.example.com&verify=no",
            "Remove verify=no",
        ),
        ("mailto://desk:hunter22@127.0.0.1.evil.example?from=d@c.example&to={email}", "unencrypted"),
        ("mailto://desk:hunter22@localhost.evil.example?from=d@c.example&to={email}", "unencrypted"),
        ("mailto://desk:hunter22@0.0.0.0?from=d@c.example&to={email}", "unencrypted"),
        ("mailto://desk:hunter22@192.168.1.9?to={email}", "unencrypted"),
    ],
)
async def test_no_email_leaves_in_the_clear(url: str, why: str) -> None:
    """Nothing is sent, and the setting to correct is named without its password."""
    with pytest.raises(Misconfigured, match=rf"email\.url.*{why}") as refused:
        await email(url)
    assert "hunter22" not in f"{refused.value} {refused.value.detail}"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("json://sms.example.com/token?:to={mobile}", "unencrypted.*jsons://"),
        ("json://2130706433/token?:to={mobile}", "unencrypted"),
        ("json://127.0.0.1@sms.example.com/token?:to={mobile}", "unencrypted"),
        ("jsons://sms.example.com/token?:to={mobile}&verify=no", "Remove verify=no"),
        ("twilio://AC{sid}:{token}@+15551234567/{mobile}?verify=no", "Remove verify=no"),
        ("ntfy://desk:hunter22@ntfy.example.com/{mobile}", "unencrypted.*ntfys://"),
    ],
)
async def test_no_text_leaves_in_the_clear(url: str, why: str) -> None:
    """The same for whatever Apprise knows."""
    url = url.replace("{sid}", "a" * 32).replace("{token}", "b" * 32)
    with pytest.raises(Misconfigured, match=rf"sms\.url.*{why}"):
        await COURIER.send_sms(url, "+447700900123", "Please pay")


async def test_on_this_machine_nothing_is_asked() -> None:
    """The sandbox's mail server speaks in the clear."""
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        await email(f"mailto://127.0.0.1:{port}?from=desk@example.com&to={{email}}&mode=insecure")
    assert mailbox.recipients == ["jane@example.com"]


async def test_a_server_that_drops_starttls_gets_nothing() -> None:
    """Somebody on the way took STARTTLS out of the greeting: neither password nor letter follows."""
    verbs: list[str] = []

    async def stripped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            verbs.append(line.decode().split()[0].upper())
            writer.write(b"250-hi\r\n250 AUTH PLAIN\r\n" if verbs[-1] == "EHLO" else b"250 OK\r\n")

    async with listening(stripped) as port:
        with pytest.raises(Misconfigured, match="does not offer the encryption"):
            await email(f"mailtos://desk:hunter22@127.0.0.1:{port}?from=desk@example.com&to={{email}}&mode=starttls")
    assert set(verbs) <= {"EHLO", "QUIT"}
