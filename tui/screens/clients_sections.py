"""A client's card in lines: its head, details and sums, communications, notes and credit; and its rows in lists."""

from collections.abc import Sequence

from textual.content import Content

from store.client_card import ClientCard, ClientRow
from store.contact import shown_mobile
from store.credit import CreditEntry
from store.models import Client
from store.money import format_money
from store.text import cleaned
from tui.clinic import Clinic
from tui.screens.invoice_rows import day_of, short_date, short_link
from tui.screens.invoice_sections import MONEY, Here, address_of
from tui.till import Till
from tui.widgets.list_table import Cell, Column, ListRow
from tui.widgets.sheet import GAP, Col, Lines, ends, hanging, quiet, row, wrapped_row
from tui.widgets.state import NOTHING, Mark, invoice_state, message_state

CLIENTS = (
    Column("Client", share=3),
    Column("Mobile", 13, quiet=True),
    Column("Email", share=2, quiet=True, from_width=76),
    Column("Due or credit", 18, right=True),
)
CARDS = (Column("Client", share=3), Column("Mobile", 13, quiet=True), Column("Email", share=3, quiet=True))
INVOICES = (
    Column("Number", 11),
    Column("Date", 8, quiet=True),
    Column("Payment link", share=1),
    Column("Total", MONEY, right=True, quiet=True),
    Column("Due", MONEY, right=True),
    Column("State", 12),
)
_LABEL = 10
_COMMUNICATIONS = (Col(12, style="$quiet"), Col(), Col(11), Col(19))
_CREDIT = (Col(12), Col(), Col(14), Col(MONEY, right=True))
_KINDS = {"receipt": "Receipt"}

BY = {"email": "email", "sms": "SMS"}
"""The channels within a sentence."""


def client_row(shown: ClientRow, clinic: Clinic) -> ListRow:
    """Return a client as a row of `CLIENTS`."""
    client = shown.client
    return ListRow(
        client.id, (client.name, shown_mobile(client.mobile), client.email, _balance(shown, clinic.currency))
    )


def card_row(client: Client) -> ListRow:
    """Return a client as a row of `CARDS`."""
    return ListRow(client.id, (client.name, shown_mobile(client.mobile), client.email))


def invoice_rows(card: ClientCard, here: Here) -> list[ListRow]:
    """Return the client's invoices as rows of `INVOICES`."""
    return [
        ListRow(
            one.number,
            (
                one.number,
                short_date(day_of(one), here.zone, here.now),
                short_link(one, here.zone, here.now),
                format_money(one.total, one.currency),
                "" if one.state == "draft" else format_money(one.due, one.currency),
                invoice_state(one),
            ),
        )
        for one in card.invoices
    ]


def head_lines(card: ClientCard, clinic: Clinic, width: int) -> Lines:
    """Return the card's head: who it is and how the money stands, and how they are reached."""
    reach = [part for part in (shown_mobile(card.client.mobile), card.client.email) if part]
    due = Content.styled(f"{format_money(card.due, clinic.currency)} due", "bold" if card.due else "$quiet")
    credit = Content.styled(f"{format_money(card.credit, clinic.currency)} credit", "" if card.credit else "$quiet")
    return [
        ends(width, Content.styled(cleaned(card.client.name), "bold"), due),
        ends(width, quiet(" · ".join(reach) or "no email, no mobile"), credit),
    ]


def details_lines(card: ClientCard, width: int) -> Lines:
    """Return the card's own fields, nothing cut, and how links are usually sent."""
    client = card.client
    usual = {"email": "email", "sms": "SMS", "email,sms": "email and SMS"}.get(client.channels, "none sent yet")
    fields = (
        ("Name", client.name),
        ("Email", client.email),
        ("Mobile", shown_mobile(client.mobile)),
        ("Links by", usual),
    )
    return [line for label, value in fields for line in hanging(width, _LABEL, label, value or "—")]


def sums_lines(card: ClientCard, clinic: Clinic, width: int) -> Lines:
    """Return what the client was asked for and paid, what is due, and what is left for later."""
    sums = (("Invoiced", card.invoiced), ("Paid", card.paid), ("Due", card.due), ("Credit", card.credit))
    columns = (Col(_LABEL - 2), Col(MONEY + 2, right=True), Col())
    lines = [
        row(
            width,
            columns,
            (label, format_money(pence, clinic.currency), ""),
            "bold" if label == "Due" and pence else "" if pence else "$quiet",
        )
        for label, pence in sums
    ]
    drafts = f"{card.drafts} draft{'' if card.drafts == 1 else 's'} besides" if card.drafts else ""
    return [*lines, *([quiet(drafts)] if drafts else [])]


def communications_lines(card: ClientCard, here: Here, width: int) -> Lines:
    """Return what was sent to the client but for payment requests: when, what, about which invoice, the result."""
    if not card.communications:
        return [quiet("Nothing but payment links was sent. They are in each invoice's log.")]
    lines = [row(width, _COMMUNICATIONS, ("When", "What", "Invoice", "Result"), "$quiet")]
    for told in card.communications:
        message = told.message
        kind = _KINDS.get(message.kind, message.kind.replace("_", " ").capitalize())
        what = f"{kind} by {BY[message.channel]} to {address_of(message.channel, message.address) or '—'}"
        state = message_state(message, here.zone, here.now)
        first, *more = _wrapped(what, width, _COMMUNICATIONS)
        lines.append(row(width, _COMMUNICATIONS, (here.time(message.created_at), first, told.number, state)))
        lines += [row(width, _COMMUNICATIONS, ("", line, "", "")) for line in more]
        if message.result and not message.sent_at:
            lines += hanging(width, 14, "", message.result, "$quiet")
    return lines


def notes_lines(card: ClientCard, here: Here, width: int) -> Lines:
    """Return the notes, newest first: who and when, and under it what."""
    if not card.notes:
        return [quiet("No notes yet. N writes one.")]
    lines: Lines = []
    for note in card.notes:
        lines.append(quiet(f"{here.time(note.at)} · {note.actor}"))
        lines += hanging(width, 2, "", note.text)
    return lines


def credit_lines(card: ClientCard, till: Till, here: Here, width: int) -> Lines:
    """Return what came into the client's credit and went out of it, and what is left."""
    if not card.credit_entries:
        return [quiet("No account credit. D takes a deposit.")]
    lines = [row(width, _CREDIT, ("When", "What", "By", "Amount"), "$quiet")]
    for entry in card.credit_entries:
        moved = _moved(entry, till)
        told = f"{moved} · {entry.reference}" if entry.reference else moved
        pieces = (here.time(entry.at), told, entry.actor, format_money(entry.amount, till.currency))
        lines += wrapped_row(width, _CREDIT, pieces)
    left = format_money(card.credit, till.currency)
    return [*lines, row(width, (Col(right=True), Col(MONEY, right=True)), ("Left", left), "bold")]


def _wrapped(text: str, width: int, columns: Sequence[Col]) -> list[str]:
    """Return a text in lines as wide as the column that takes what is left of `width`."""
    left = width - sum(column.width for column in columns) - GAP * (len(columns) - 1)
    return [line.plain for line in Content(cleaned(text)).wrap(max(1, left))] or [""]


def _moved(entry: CreditEntry, till: Till) -> str:
    if entry.payment_id:
        return "Given back as credit" if entry.amount > 0 else "Used"
    return f"{'Deposit' if entry.amount > 0 else 'Paid back'}, {till.name_of(entry.type)}"


def _balance(shown: ClientRow, currency: str) -> Cell:
    due, left = (format_money(pence, currency) for pence in (shown.due, shown.credit))
    if shown.due:
        return Mark("", f"{due} due{' + cr.' if shown.credit else ''}", "warn")
    return Mark("", f"{left} credit", "good") if shown.credit else NOTHING
