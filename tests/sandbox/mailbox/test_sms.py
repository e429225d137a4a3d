"""The SMS provider: what Apprise posts reaches the phone, what is wrong is refused with a reason."""

import string

import apprise
import httpx
import pytest

from sync.sandbox.mailbox import Mailbox, PostError
from sync.sandbox.mailbox.sms import Size, size

# Apprise loads `imghdr`, which Python 3.11 and 3.12 announce as leaving.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_apprise_posts_a_text_to_the_phone(served: str, mailbox: Mailbox) -> None:
    """The setting `json://HOST/sms?:to=+44…` works as written, over real HTTP."""
    sender = apprise.Apprise()
    assert sender.add(f"json://{served}/sms?:to=+447700900123&:from=Riverside")
    assert sender.notify("Riverside Clinic asks for £120.00")
    [text] = mailbox.messages("+44 7700 900123")
    assert (text.channel, text.to, text.sender) == ("sms", "+447700900123", "Riverside")
    assert text.text == "Riverside Clinic asks for £120.00"
    assert text.received_at.tzinfo is not None


def test_apprise_hears_of_a_bad_number(served: str, mailbox: Mailbox) -> None:
    """A number that is none makes the notification fail and reaches no phone."""
    sender = apprise.Apprise()
    assert sender.add(f"json://{served}/sms?:to=07700900123")
    assert not sender.notify("Hello")
    assert mailbox.messages() == []


async def test_a_post_is_answered_with_an_id(browser: httpx.AsyncClient) -> None:
    """Two posts get two ids, an idempotency key or not: providers differ, so none is honoured."""
    post = {"to": "+447700900123", "message": "Hello", "id": "same"}
    answers = [await browser.post("/sms", json=post, headers={"Idempotency-Key": "same"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["status"] for answer in answers] == ["queued", "queued"]
    assert answers[0].json()["id"] != answers[1].json()["id"]


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        ({"message": "Hello"}, "“to” is missing"),
        ({"to": "07700900123", "message": "Hello"}, "international form"),
        ({"to": "+44nonsense", "message": "Hello"}, "not a phone number"),
        ({"to": "+4477009", "message": "Hello"}, "too few or too many digits"),
        ({"to": "+447700900123", "message": "  "}, "“message” is missing"),
        ({"to": ["+447700900123"], "message": "Hello"}, "“to” must be text"),
        (["+447700900123"], "JSON object"),
    ],
)
async def test_a_wrong_post_is_refused_with_a_reason(
    browser: httpx.AsyncClient, mailbox: Mailbox, post: object, reason: str
) -> None:
    """A wrong post is a 400 whose reason a person can read, and reaches no phone."""
    answer = await browser.post("/sms", json=post)
    assert answer.status_code == 400
    assert reason in answer.json()["reason"]
    assert mailbox.messages() == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000], ids=["empty", "cut off", "no text", "too deep"]
)
async def test_a_body_that_is_not_json_is_refused(browser: httpx.AsyncClient, body: bytes) -> None:
    """Broken JSON is a 400, never a 500."""
    answer = await browser.post("/sms", content=body)
    assert (answer.status_code, answer.json()["reason"]) == (400, "The body is not JSON.")


async def test_a_title_stands_above_the_text(browser: httpx.AsyncClient, mailbox: Mailbox) -> None:
    """A title is not lost: a phone has none, so it leads the text."""
    await browser.post("/sms", json={"to": "+447700900123", "title": "Reminder", "message": "Please pay"})
    assert mailbox.messages()[0].text == "Reminder\nPlease pay"


def test_the_sandbox_own_sms_checks_the_number(mailbox: Mailbox) -> None:
    """A gateway that sends messages itself meets the same check."""
    with pytest.raises(PostError, match="international form"):
        mailbox.deliver_sms("07700 900123", "Hello")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 160, Size("GSM-7", 160, 1)),
        ("a" * 161, Size("GSM-7", 161, 2)),
        ("a" * 306, Size("GSM-7", 306, 2)),
        ("a" * 307, Size("GSM-7", 307, 3)),
        ("€" * 80, Size("GSM-7", 160, 1)),
        ("a" * 152 + "€" + "a" * 152, Size("GSM-7", 306, 3)),
        ("ł" * 70, Size("UCS-2", 70, 1)),
        ("ł" * 71, Size("UCS-2", 71, 2)),
        ("😀" * 35, Size("UCS-2", 70, 1)),
        ("😀" * 67, Size("UCS-2", 134, 3)),
        ("", Size("GSM-7", 0, 1)),
    ],
)
def test_segments_are_counted_as_the_network_counts_them(text: str, expected: Size) -> None:
    """Edges of one and several segments in both encodings; a two-unit character is never split."""
    assert size(text) == expected


def test_plain_letters_and_the_pound_are_gsm() -> None:
    """What an English message is made of stays in the cheap encoding."""
    assert size(string.ascii_letters + string.digits + " £.,:/?=&-()'@").encoding == "GSM-7"
