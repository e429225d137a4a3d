"""The words of messages: what a clinic may write, what is refused, and what is filled in."""

import pytest

from store import settings, templates
from store.database import Store
from store.errors import BadInput
from store.setting_list import MESSAGES, SETTINGS
from store.settings import SETTINGS_FILE, Settings
from store.sms import measure
from store.templates import MessageKind, body_of, email_words, sms_of, subject_of, values_of

BODY = "message.email.payment_request.body"
SMS = "message.sms.payment_request"
URL = "https://buy.stripe.com/test_14A3cv4Jm9Tn0Ew8wwkkz"


def load(store: Store) -> Settings:
    """Return the settings in force, with nothing in the environment."""
    return store.read(lambda reader: settings.load(reader, store.path.parent, {}))


def put(store: Store, key: str, value: str) -> str:
    """Set one setting."""
    return store.write(lambda tx: settings.put(tx, key, value))


def values(chosen: Settings, **changed: str) -> dict[str, str]:
    """Return an everyday message's values."""
    facts = {"client": "Jane Smith", "amount": "£211.00", "invoice": "INV-000124", "url": URL, "code": "K7Q-42M"}
    return values_of(chosen, **(facts | changed))


def test_every_kind_has_its_settings() -> None:
    """Subject and body of each email, and the SMS of those that ask for money."""
    wanted = {f"message.email.{kind}.{part}" for kind in MESSAGES for part in ("subject", "body")}
    wanted |= {"message.sms.payment_request", "message.sms.reminder"}
    assert wanted == {key for key in SETTINGS if key.startswith("message.")}


def test_the_usual_words_are_filled_in_whole(store: Store) -> None:
    """No word in braces is left, and the facts are there."""
    chosen = load(store)
    kinds: tuple[MessageKind, ...] = ("payment_request", "reminder", "receipt")
    for kind in kinds:
        words, known = email_words(chosen, kind), values(chosen, document="Receipt")
        text = subject_of(words, known) + body_of(words, known)
        assert "{" not in text
        assert "}" not in text
        assert all(fact in text for fact in ("Jane Smith", "INV-000124", "£211.00", "K7Q-42M", "Your clinic"))
    assert subject_of(email_words(chosen, "payment_request"), known) == "Payment request from Your clinic"


def test_line_breaks_survive_set_and_get(store: Store) -> None:
    """Each line by itself loses what must not reach a terminal; more blank lines than one become one."""
    kept = put(store, BODY, "  Hi {client},\r\n\r\n\r\n\x1b[2JPay {url}\n\tCode\u202e {code}  \n\n")
    assert kept == "Hi {client},\n\n[2JPay {url}\nCode {code}"
    assert load(store)[BODY] == kept


def test_line_breaks_survive_the_settings_file(store: Store) -> None:
    """A TOML string of several lines is what a clinic would write."""
    file = store.path.with_name(SETTINGS_FILE)
    file.write_text('[message.email.payment_request]\nbody = """\nHi,\n\nPay {url}\n({code})\n"""\n')
    assert load(store)[BODY] == "Hi,\n\nPay {url}\n({code})"


@pytest.mark.parametrize(
    ("key", "typed", "why"),
    [
        (BODY, "Pay {url} {code} {nmae}", "There is no {nmae} to put in. Use only {clinic} {client}"),
        (BODY, "Pay {url} {code} {}", "There is no {} to put in"),
        (BODY, "Pay {url} {code} {document}", "There is no {document} to put in"),
        (BODY, "Pay {url}", "must hold {code}"),
        (BODY, "Code {code}", "must hold {url}"),
        (BODY, "Pay!", "must hold {url} and {code}"),
        (BODY, " \n ", "cannot be empty"),
        (SMS, "{clinic}: {code}", "must hold {url}"),
        ("message.sms.reminder", "{clinic}: {url}", "must hold {code}"),
        ("message.email.reminder.body", "Pay {url}", "must hold {code}"),
        ("message.email.reminder.subject", "", "cannot be empty"),
        ("message.email.receipt.body", "{Client}", "There is no {Client}"),
        ("message.email.receipt.body", "a { b } c", "There is no { b }"),
        (SMS, "{url}{code}" + "x" * 600, "has 611 characters. Type at most 600"),
    ],
)
def test_a_template_that_will_not_do_is_refused(store: Store, key: str, typed: str, why: str) -> None:
    """It says which word in braces is wrong or missing; what was in force stays."""
    with pytest.raises(BadInput) as caught:
        put(store, key, typed)
    assert why in str(caught.value)
    assert load(store)[key] == SETTINGS[key].default


@pytest.mark.parametrize("typed", ["Your {document} {invoice}", "Thank you", "{ not closed"])
def test_a_receipt_needs_no_link(store: Store, typed: str) -> None:
    """It asks for nothing; a single brace is text."""
    assert put(store, "message.email.receipt.body", typed) == typed


def test_a_subject_is_one_line(store: Store) -> None:
    """Nobody writes a header with it."""
    kept = put(store, "message.email.payment_request.subject", "Pay\r\nBcc: x@y.example {clinic}")
    assert kept == "Pay Bcc: x@y.example {clinic}"


def test_a_value_is_not_read_again(store: Store) -> None:
    """A client called {url} is called that."""
    chosen = load(store)
    assert "Hello {url}," in body_of(email_words(chosen, "payment_request"), values(chosen, client="{url}"))


def test_a_line_with_nothing_to_say_is_left_out(store: Store) -> None:
    """Without a support address nobody is told to write there, and no gap is left."""
    chosen = load(store)
    assert "You can also write" not in body_of(email_words(chosen, "payment_request"), values(chosen))
    put(store, "clinic.support_email", "hello@example.com")
    chosen = load(store)
    assert "You can also write to hello@example.com." in body_of(
        email_words(chosen, "payment_request"), values(chosen)
    )
    without_code = body_of(email_words(chosen, "receipt"), values(chosen, code="", document="Receipt"))
    assert "Your code" not in without_code
    assert "\n\n\n" not in without_code


@pytest.mark.parametrize("kind", ["payment_request", "reminder"])
@pytest.mark.parametrize("length", [47, 80])
def test_the_usual_sms_is_one_segment_with_the_code(store: Store, kind: MessageKind, length: int) -> None:
    """For a link of either gateway."""
    put(store, "clinic.name", "Riverside Clinic")
    chosen = load(store)
    text = sms_of(chosen, kind, values(chosen, url="https://" + "x" * (length - 8)))
    assert (measure(text).segments, measure(text).encoding) == (1, "GSM-7")
    assert "K7Q-42M" in text
    assert "Riverside" in text


def test_a_clinics_own_sms_is_sent_as_written(store: Store) -> None:
    """Only its name is cut to save a segment; what the clinic wrote stays, also when that costs another."""
    put(store, SMS, "Hi {client}, pay {amount}: {url} ({code}) – {clinic}")
    chosen = load(store)
    text = sms_of(chosen, "payment_request", values(chosen))
    assert text == f"Hi Jane Smith, pay £211.00: {URL} (K7Q-42M) – Your clinic"
    size = measure(text)
    assert (size.encoding, size.offending, size.segments) == ("UCS-2", ("–",), 2)
    put(store, SMS, "Hello {client}, here is the way to pay {amount} for {invoice}: {url} Code {code}. {clinic}")
    put(store, "clinic.name", "Physio, Massage and Wellbeing Centre of Manchester")
    chosen = load(store)
    cut = sms_of(chosen, "payment_request", values(chosen))
    assert measure(cut).segments == 1
    assert cut.endswith("Code K7Q-42M. Physio, Massage and Wellbeing.")


def test_what_takes_two_places_is_named() -> None:
    """The preview can say why a text is longer than it looks."""
    assert measure("[€5]").double == ("[", "€", "]")
    assert measure("[€5] 🦷").double == ()


def test_the_kinds_have_words_of_their_own() -> None:
    """A reminder says that it is one."""
    assert templates.SUBJECTS["reminder"].startswith("Reminder")
    assert all("eminder" in wording for wording in templates.WORDINGS["reminder"])
