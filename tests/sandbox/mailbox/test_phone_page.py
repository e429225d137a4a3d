"""The phone-and-mailbox page: everything that arrived is there, as text, and emails cannot do harm."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from sync.sandbox.mailbox import Mailbox
from sync.sandbox.mailbox.archive import Archive

MARKUP = "<script>alert(1)</script> & [/x] “É”"


async def test_an_empty_page_says_what_to_do(browser: httpx.AsyncClient) -> None:
    """Before anything has arrived, the page tells how something arrives, and wears the sandbox's mark."""
    page = await browser.get("/phone")
    assert page.status_code == 200
    assert "No texts yet." in page.text
    assert "No email yet." in page.text
    assert "Sandbox: no real money moves" in page.text


async def test_texts_and_emails_show_with_their_links(browser: httpx.AsyncClient, mailbox: Mailbox) -> None:
    """A text's link can be tapped without the full stop after it, and says how many segments it took."""
    mailbox.deliver_sms("+447700900123", "Pay at https://pay.example/x?a=1&b=2.", "Riverside")
    mailbox.deliver_email("jane@example.com", "Payment request", "Please pay")
    page = (await browser.get("/phone")).text
    assert 'href="https://pay.example/x?a=1&amp;b=2" target="_blank" rel="noopener"' in page
    assert "+44 7700 900123" in page
    assert "1 segment, 37 characters" in page
    assert "Payment request" in page


async def test_markup_in_messages_stays_text(browser: httpx.AsyncClient, mailbox: Mailbox) -> None:
    """Names, subjects and texts with markup are shown as they were typed, never run."""
    mailbox.deliver_sms("+447700900123", MARKUP, MARKUP)
    number = mailbox.deliver_email("jane@example.com", MARKUP, MARKUP)
    for tab in ("text", "headers"):
        page = (await browser.get("/phone", params={"mail": number, "tab": tab, "who": ""})).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; [/x] “É”" in page
    assert "<script>alert" not in (await browser.get("/phone", params={"who": MARKUP})).text


async def test_who_narrows_to_one_client(browser: httpx.AsyncClient, mailbox: Mailbox) -> None:
    """With an address chosen only its messages show; the others stay within reach."""
    mailbox.deliver_sms("+447700900123", "for Jane")
    mailbox.deliver_sms("+447700900456", "for Sam")
    page = (await browser.get("/phone", params={"who": "+447700900456"})).text
    assert "for Sam" in page
    assert "for Jane" not in page
    assert "/phone?who=%2B447700900123" in page


async def test_news_is_what_came_after(browser: httpx.AsyncClient, mailbox: Mailbox) -> None:
    """The live feed gives only newer messages and the id to ask from next."""
    first = mailbox.deliver_sms("+447700900123", "one")
    second = mailbox.deliver_sms("+447700900123", "two")
    news = (await browser.get("/phone/messages", params={"after": first})).json()
    assert news["last"] == second
    assert [(row["channel"], row["to"], row["text"]) for row in news["messages"]] == [("sms", "+447700900123", "two")]
    nothing = (await browser.get("/phone/messages", params={"after": second})).json()
    assert nothing == {"last": second, "messages": []}


@pytest.mark.parametrize("after", ["x", "1.5", "", "-1", "٣", "9" * 30])
async def test_a_senseless_id_is_refused(browser: httpx.AsyncClient, after: str) -> None:
    """An `after` that cannot be the id of a message is a 400."""
    assert (await browser.get("/phone/messages", params={"after": after})).status_code == 400


async def test_an_email_shows_its_picture_in_a_closed_frame(
    browser: httpx.AsyncClient, mailbox: Mailbox, tmp_path: Path, email_source: Callable[..., bytes]
) -> None:
    """The frame is sandboxed on both sides, and the `cid:` picture is served from the email itself."""
    archive = Archive(tmp_path / "mailbox.sqlite", lambda: datetime.now(UTC))
    number = archive.add_email("jane@example.com", email_source(), "")
    archive.close()
    page = (await browser.get("/phone", params={"mail": number})).text
    frame = re.search(r"<iframe [^>]*>", page)
    assert frame is not None
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame.group()
    email = await browser.get(f"/phone/email/{number}")
    policy = email.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    source = re.search(r'<img src="([^"]+)"', email.text)
    assert source is not None
    picture = await browser.get(source.group(1))
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content == mailbox.messages()[0].parts[0].data


async def test_a_part_that_is_no_picture_is_only_a_download(
    browser: httpx.AsyncClient, mailbox: Mailbox, tmp_path: Path, email_source: Callable[..., bytes]
) -> None:
    """An attachment of HTML or SVG cannot run in the sandbox's origin."""
    raw = email_source().replace(b"Content-Type: image/png", b"Content-Type: image/svg+xml")
    archive = Archive(tmp_path / "mailbox.sqlite", lambda: datetime.now(UTC))
    number = archive.add_email("jane@example.com", raw, "")
    archive.close()
    part = await browser.get(f"/phone/email/{number}/part/0")
    assert part.headers["Content-Type"] == "application/octet-stream"
    assert part.headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    "path", ["/phone/email/999", "/phone/email/1/part/0", "/phone/email/1/part/9", "/phone/email/999/source"]
)
async def test_what_is_not_there_is_a_404(browser: httpx.AsyncClient, mailbox: Mailbox, path: str) -> None:
    """Ids of nothing, of an SMS, or of a part that an email has not, are 404."""
    mailbox.deliver_sms("+447700900123", "an SMS is no email")
    assert (await browser.get(path)).status_code == 404


@pytest.mark.parametrize("mail", ["999", "x", "-1", "1", "٣", "9" * 40])
async def test_an_email_that_is_not_there_leaves_the_page_whole(
    browser: httpx.AsyncClient, mailbox: Mailbox, mail: str
) -> None:
    """A stale or senseless `mail` shows the page without a letter."""
    mailbox.deliver_sms("+447700900123", "hello")
    page = await browser.get("/phone", params={"mail": mail})
    assert page.status_code == 200
    assert "An email opens here." in page.text


async def test_a_repeat_is_marked(browser: httpx.AsyncClient, mailbox: Mailbox, tmp_path: Path) -> None:
    """Who sees an email twice is told that it is the same one."""
    archive = Archive(tmp_path / "mailbox.sqlite", lambda: datetime.now(UTC))
    for _ in range(2):
        archive.add_email("jane@example.com", b"Message-ID: <one@x>\r\nSubject: Pay\r\n\r\nbody", "")
    archive.close()
    assert (await browser.get("/phone")).text.count("Repeat of an earlier email") == 1


async def test_an_older_message_shows_its_day(tmp_path: Path) -> None:
    """Today's messages carry the time alone; an older one its day as well."""
    now = [datetime(2026, 3, 4, 12, 0, tzinfo=UTC)]
    mailbox = Mailbox(tmp_path, clock=lambda: now[0])
    try:
        mailbox.deliver_sms("+447700900123", "old")
        now[0] = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
        transport = httpx.ASGITransport(app=Starlette(routes=mailbox.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
            assert "4 Mar" in (await client.get("/phone")).text
    finally:
        mailbox.stop()


async def test_the_stylesheet_is_served_and_asks_nobody_else(browser: httpx.AsyncClient) -> None:
    """One local stylesheet, with a dark side, that loads nothing from anywhere."""
    sheet = await browser.get("/sandbox/style.css")
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in sheet.text
    assert "url(" not in sheet.text
    assert "@import" not in sheet.text
