"""Every setting there is, in the order in which they are shown."""

from store import templates
from store.logs import LEVELS, USUAL
from store.setting_checks import (
    Setting,
    channels,
    currency,
    hosts,
    hours,
    one_of,
    optional_email,
    switch,
    targets,
    time,
    web_address,
    whole_number,
    whole_numbers,
    with_place,
    zone,
)
from store.templates import MessageKind

NOTICES = {
    "payment_link_paid": "a link is paid",
    "payment_link_failed": "a payment link could not be sent",
    "refund_failed": "a refund failed",
    "offline": "the gateway has not answered for some time",
    "backup_failed": "a backup failed or data is damaged",
    "end_of_day": "a day is closed",
}
"""What the clinic can be told of, each kind with its own switch and targets."""

MESSAGES: dict[MessageKind, str] = {
    "payment_request": "a payment link",
    "reminder": "a reminder of an unpaid link",
    "receipt": "a receipt or invoice",
}
"""What clients are sent, each kind with words of its own."""


def _notice(kind: str, when: str) -> tuple[Setting, Setting]:
    return (
        Setting(f"notify.{kind}.enabled", f"Tell the clinic when {when}: on or off", "off", check=switch),
        Setting(
            f"notify.{kind}.targets",
            f"Apprise URLs that are told when {when}, with spaces between them",
            secret=True,
            check=targets,
        ),
    )


def _email(kind: MessageKind, what: str) -> tuple[Setting, Setting]:
    return (
        Setting(
            templates.key(kind, "email", "subject"),
            f"Subject of the email with {what}",
            templates.SUBJECTS[kind],
            check=templates.check(kind, "subject"),
        ),
        Setting(
            templates.key(kind, "email", "body"),
            f"Words of the email with {what}; each line as it stands",
            templates.BODIES[kind],
            check=templates.check(kind, "body"),
            lines=True,
        ),
    )


def _sms(kind: MessageKind, what: str) -> Setting:
    return Setting(
        templates.key(kind, "sms"),
        f"Words of the SMS with {what}",
        templates.WORDINGS[kind][0],
        check=templates.check(kind, "sms"),
    )


SETTINGS: dict[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting("clinic.name", "The clinic's display name, in emails, SMS and on the pay page", "Your clinic"),
        Setting(
            "clinic.support_email",
            "Where clients' questions go; Reply-To of every email",
            check=optional_email,
        ),
        Setting("clinic.currency", "Currency of every price, three letters", "GBP", check=currency),
        Setting("clinic.zone", "Time zone in which times are shown", "Europe/London", check=zone),
        Setting("clinic.number_prefix", "What an invoice number starts with", "INV-"),
        Setting("clinic.vat_number", "VAT number, on invoices and receipts"),
        Setting("clinic.address", "Postal address, on invoices and receipts; commas between its lines"),
        Setting(
            "clinic.payment_days",
            "Days after which an unpaid invoice is overdue",
            "14",
            check=whole_number(0, 365),
        ),
        Setting(
            "gateway.kind",
            "Payment provider: stripe or coherent",
            "stripe",
            check=one_of("stripe", "coherent"),
        ),
        Setting("gateway.url", "The provider's address; empty is the provider's own", check=web_address),
        Setting("gateway.key", "The provider's secret key", secret=True),
        Setting("gateway.allowed_hosts", "Further hosts on which the provider's payment pages may lie", check=hosts),
        Setting("gateway.klarna", "Whether clients may pay with Klarna: on or off", "on", check=switch),
        Setting(
            "gateway.sends_messages",
            "Whether the provider sends the email and SMS itself, where it can: on or off",
            "off",
            check=switch,
        ),
        Setting(
            "email.url",
            "Apprise URL that sends email, with {email} in it",
            secret=True,
            check=with_place("{email}"),
        ),
        Setting(
            "sms.url",
            "Apprise URL that sends SMS, with {mobile} in it",
            secret=True,
            check=with_place("{mobile}"),
        ),
        *(setting for kind, what in MESSAGES.items() for setting in _email(kind, what)),
        *(_sms(kind, MESSAGES[kind]) for kind in templates.WORDINGS),
        *(setting for kind, when in NOTICES.items() for setting in _notice(kind, when)),
        Setting(
            "notify.offline.minutes",
            "Minutes without the gateway after which the clinic is told",
            "15",
            check=whole_number(1, 1440),
        ),
        Setting("sandbox.embedded", "Start the sandbox beside the desk: on or off", "off", check=switch),
        Setting("desk.theme", "The desk's colour theme", "paydesk-dark"),
        Setting(
            "desk.keys", "Keys that differ from the usual ones, such as pos.payment=f11, with spaces between them"
        ),
        Setting("desk.opens_as", "Who of reception is signed in when the desk opens; empty asks for a PIN"),
        Setting(
            "desk.pin_hint", "A line under every PIN field while the sandbox is on: the demo says its PINs there"
        ),
        Setting(
            "desk.lock_after",
            "Minutes without a key after which the desk asks for a PIN; 0 is never",
            "10",
            check=whole_number(0, 1440),
        ),
        Setting(
            "desk.discount_limit",
            "Per cent of discount that reception may give without a manager",
            "10",
            check=whole_number(0, 100),
        ),
        Setting("desk.print_command", "Command that prints a PDF, with {file} in it, such as lp {file}"),
        Setting(
            "quiet.hours",
            "When what has waited is not sent to clients, such as 21:00-08:00; empty is never",
            "21:00-08:00",
            check=hours,
        ),
        Setting("chase.days", "Days after which an unpaid link is sent again, such as 3 7 14", check=whole_numbers),
        Setting("chase.channels", "How reminders are sent: email, sms, or both", "email", check=channels),
        Setting("backup.folder", "Folder for the daily backups; empty is `backups` in the data folder"),
        Setting(
            "backup.at", "Time of day from which on the daily backup is made, such as 20:00", "20:00", check=time
        ),
        Setting(
            "backup.days",
            "Days of which the newest backup is kept; 0 makes none by itself",
            "14",
            check=whole_number(0, 366),
        ),
        Setting(
            "backup.months", "Months of which the newest backup is kept besides", "12", check=whole_number(0, 120)
        ),
        Setting("import.folder", "Folder into which another system drops invoices; empty is none"),
        Setting(
            "log.level", "How much is written to the log: debug, info, warning or error", USUAL, check=one_of(*LEVELS)
        ),
    )
}
