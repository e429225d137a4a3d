"""The words of messages to clients: the usual ones, what a clinic may write instead, and filling them in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from store.errors import BadInput
from store.models import Channel
from store.placeholders import filled, placeholders, without_empty_lines
from store.sms import fitted
from store.text import cleaned, cleaned_lines

MessageKind = Literal["payment_request", "reminder", "receipt"]

PLACES = ("clinic", "client", "amount", "invoice", "url", "code", "support")
"""What may stand in braces in every template; a receipt's may name the {document} too, Receipt or Invoice."""

OPTIONAL = ("url", "code", "support")
"""A line of an email with one of these in it is left out where there is no value for it."""

LONGEST = {"subject": 150, "body": 4000, "sms": 600}
"""Characters that a template may have."""

_CHECK = """Is this email genuine?
Your code is {code}. Call or visit {clinic}, using details that you already have, and say the code. \
They will tell you at once.

Questions? Reply to this email.
You can also write to {support}.

{clinic}"""

BODIES: dict[MessageKind, str] = {
    "payment_request": """Hello {client},

{clinic} asks for {amount} for invoice {invoice}.

Pay safely here; you choose how to pay on that page:
{url}

"""
    + _CHECK,
    "reminder": """Hello {client},

this is a friendly reminder: {amount} for invoice {invoice} is still to pay. If you have paid in the meantime, \
thank you, and please ignore this email.

Pay safely here; you choose how to pay on that page:
{url}

"""
    + _CHECK,
    "receipt": """Hello {client},

{document} {invoice} for {amount} is attached as a PDF.

Your code is {code}. Say it when you call us about this payment.

Questions? Reply to this email.
You can also write to {support}.

{clinic}""",
}

SUBJECTS: dict[MessageKind, str] = {
    "payment_request": "Payment request from {clinic}",
    "reminder": "Reminder: payment request from {clinic}",
    "receipt": "{document} {invoice} from {clinic}",
}

WORDINGS: dict[MessageKind, tuple[str, ...]] = {
    "payment_request": (
        "{clinic} asks for {amount} ({invoice}). Pay safely at {url} Check with us: {code}",
        "{clinic}: {amount} for {invoice}. Pay: {url} Check with us: {code}",
        "{clinic}: {amount} for {invoice}. Pay: {url}",
        "{clinic}: {amount}. Pay: {url}",
    ),
    "reminder": (
        "Reminder from {clinic}: {amount} is still due ({invoice}). Pay safely at {url} Check with us: {code}",
        "Reminder, {clinic}: {amount} for {invoice}. Pay: {url} Check with us: {code}",
        "Reminder, {clinic}: {amount} for {invoice}. Pay: {url}",
        "Reminder, {clinic}: {amount}. Pay: {url}",
    ),
}
"""The usual SMS, and shorter and shorter ones for where it would take more than one segment."""


@dataclass(frozen=True, slots=True)
class EmailWords:
    """An email's words before the values are in: the subject, and the body with its line breaks."""

    subject: str
    body: str


def key(kind: MessageKind, channel: Channel, part: Literal["subject", "body", ""] = "") -> str:
    """Return the setting that holds a template."""
    return f"message.{channel}.{kind}.{part}" if part else f"message.{channel}.{kind}"


def check(kind: MessageKind, part: Literal["subject", "body", "sms"]) -> Callable[[str], str]:
    """Return a check that lets a template through in which every word in braces is known.

    Text that asks for money must hold both {url} and {code}: a client must be able to pay, and to ask whether it is
    genuine. Raises BadInput.
    """
    allowed = (*PLACES, "document") if kind == "receipt" else PLACES
    needed = ("url", "code") if kind != "receipt" and part != "subject" else ()

    def checked(value: str) -> str:
        text = cleaned_lines(value) if part == "body" else cleaned(value)
        if not text:
            raise BadInput("value", "This cannot be empty. Type the words that the client is to read.")
        if len(text) > LONGEST[part]:
            raise BadInput("value", f"This has {len(text)} characters. Type at most {LONGEST[part]}.")
        for name in placeholders(text):
            if name not in allowed:
                known = " ".join(f"{{{place}}}" for place in allowed)
                raise BadInput("value", f"There is no {{{name[:30]}}} to put in. Use only {known}.")
        missing = " and ".join(f"{{{name}}}" for name in needed if f"{{{name}}}" not in text)
        if missing:
            raise BadInput(
                "value",
                f"The text must hold {missing}: by {{url}} the client pays, by {{code}} they know it is genuine.",
            )
        return text

    return checked


def values_of(
    settings: Mapping[str, str], *, client: str, amount: str, invoice: str, url: str, code: str, document: str = ""
) -> dict[str, str]:
    """Return what stands for each word in braces, on one line each."""
    values = {
        "clinic": settings["clinic.name"],
        "client": client,
        "amount": amount,
        "invoice": invoice,
        "url": url,
        "code": code,
        "support": settings["clinic.support_email"],
        "document": document,
    }
    return {name: cleaned(value) for name, value in values.items()}


def email_words(settings: Mapping[str, str], kind: MessageKind) -> EmailWords:
    """Return the templates of an email that are in force."""
    return EmailWords(settings[key(kind, "email", "subject")], settings[key(kind, "email", "body")])


def subject_of(words: EmailWords, values: Mapping[str, str]) -> str:
    """Return the subject, filled in."""
    return cleaned(filled(words.subject, values))


def body_of(words: EmailWords, values: Mapping[str, str]) -> str:
    """Return the body as plain text, filled in, without the lines that would say nothing."""
    return filled(cleaned_lines(without_empty_lines(words.body, values, OPTIONAL)), values)


def sms_of(settings: Mapping[str, str], kind: MessageKind, values: Mapping[str, str]) -> str:
    """Return the text of an SMS: the clinic's own words, or the usual ones as short as they have to be."""
    chosen = settings[key(kind, "sms")]
    usual = WORDINGS[kind]
    return fitted(usual if chosen == usual[0] else (chosen,), values)
