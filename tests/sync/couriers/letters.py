"""Emails as a clinic sends them every day."""

from store import templates
from store.setting_list import SETTINGS
from store.settings import Settings
from store.templates import MessageKind
from sync.couriers.render import Notice, RenderedMail, link_email

URL = "https://pay.example/l/abc?a=1&b=2"


def chosen(**changed: str) -> Settings:
    """Return a clinic's settings; `__` stands for `.` in the names of those that are changed."""
    usual = {key: setting.default for key, setting in SETTINGS.items()}
    usual |= {"clinic.name": "Riverside Clinic", "clinic.support_email": "hello@riverside.example"}
    return Settings(usual | {key.replace("__", "."): value for key, value in changed.items()})


def request_email(
    settings: Settings | None = None, kind: MessageKind = "payment_request", **facts: str
) -> RenderedMail:
    """Return the email of an everyday payment request, with some of its facts changed."""
    settings = settings or chosen()
    usual = {
        "client": "Jane Smith",
        "amount": "£211.00",
        "invoice": "INV-000124",
        "url": URL,
        "code": "K7Q-42M",
    }
    values = templates.values_of(settings, **(usual | facts))
    return link_email(templates.email_words(settings, kind), values, kind)


def paid_notice(method: str = "Visa ending 4242") -> Notice:
    """Return what the clinic is told about an everyday payment."""
    return Notice(
        subject="Payment link paid: £211.00, INV-000124",
        label="Payment link paid",
        figure="£211.00",
        sentence="Jane Smith paid £211.00 for invoice INV-000124 by payment link.",
        facts=[("Client", "Jane Smith"), ("Invoice", "INV-000124"), ("How", method), ("Code", "K7Q-42M")],
        foot="Paydesk has recorded the payment at Riverside Clinic.",
    )
