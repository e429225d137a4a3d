"""Makes up the demo clinic: its past in one transaction, then today's payment links for real, at the sandbox."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from store import pins, requests, settings, staff
from store.database import By, Store, Tx
from store.models import Channel, PaymentRequest
from store.opening import FILE_NAME
from store.reading import request_by_id
from store.settings import Settings
from store.times import from_text
from tui.cli.session import opened
from tui.demo_history import Diary
from tui.sandbox_pay import METHODS, pay_link
from tui.sandbox_process import Addresses, SandboxProcess
from tui.sandbox_settings import notify_url, point_at_sandbox

CLINIC = "Riverside Clinic"
SUPPORT = "clinic@example.com"
RECEPTIONIST = "Amira"
PINS = {"Amira": "2468", "Ben": "1379"}
SETTINGS = {
    "clinic.name": CLINIC,
    "clinic.support_email": SUPPORT,
    "gateway.kind": "stripe",
    "notify.payment_link_paid.enabled": "on",
    "notify.payment_link_paid.targets": notify_url(Addresses("", "", "", "127.0.0.1:25"), SUPPORT),
    "sandbox.embedded": "on",
    "desk.opens_as": "Ben",
    "desk.lock_after": "0",
    "desk.pin_hint": f"Demo PINs: {', '.join(f'{name} {pin}' for name, pin in PINS.items())}",
}
DRAFTS = (("Zoë O'Connor", ("PHY",)), ("Jane Smith", ("C30", "FLU")))


class Sale(NamedTuple):
    """One of today's invoices with a payment link: how it is sent, the share asked for, and what becomes of it."""

    client: str
    codes: Sequence[str]
    channels: Sequence[Channel]
    share: int
    """In per cent of the total."""
    then: str
    """live, paid, cancelled, or the payment method at the pay page."""


SALES = (
    Sale("Amir Hussain", ("C30",), ("email", "sms"), 100, "card"),
    Sale("Siân Llewellyn", ("PHF", "KNE"), ("sms",), 100, "cancelled"),
    Sale("Oluwaseun Adeyemi", ("ULT",), ("email",), 50, "apple_pay"),
    Sale("Priya Raghunathan", ("BTX", "SUN"), ("email", "sms"), 100, "klarna"),
    Sale("Callum MacLeod", ("C15", "BLD"), ("email",), 100, "live"),
    Sale("Margaret Thornton", ("HGV",), ("sms",), 100, "live"),
    Sale("Fatima Al-Rashid", ("POD",), (), 100, "live"),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A payment request of today and what is to become of it."""

    request_id: str
    then: str


def built(folder: Path) -> bool:
    """Tell whether there are clients in `folder` already, so that nothing must be made up there."""
    if not (folder / FILE_NAME).exists():
        return False
    with opened(folder) as store:
        return bool(store.read(lambda reader: reader.value("SELECT 1 FROM clients LIMIT 1")))


def prepare(folder: Path, process: SandboxProcess) -> None:
    """Make the clinic up in `folder`, and start `process`, its sandbox, which is left running.

    Raises StoreError, or Refused when the sandbox cannot be started.
    """
    with opened(folder) as store, ThreadPoolExecutor(1) as beside:
        starting = beside.submit(process.start)
        hashes = {name: pins.hashed(pin) for name, pin in PINS.items()}
        asked = store.write(lambda tx: _write_clinic(tx, settings.load(tx, folder)))
        store.write(lambda tx: _hire(tx, hashes), actor=RECEPTIONIST)
        starting.result()
        addresses = process.addresses
        if addresses is not None:
            store.write(lambda tx: point_at_sandbox(tx, folder, addresses))
            _let_it_happen(store, folder, asked)


def _write_clinic(tx: Tx, usual: Settings) -> list[_Asked]:
    """Write everything that happened on this machine."""
    diary = Diary(tx, from_text(tx.now))
    diary.write(usual)
    diary.today(RECEPTIONIST)
    for key, value in SETTINGS.items():
        settings.put(tx, key, value)
    asked = [_Asked(_ask(tx, diary, sale).id, sale.then) for sale in SALES]
    for name, codes in DRAFTS:
        diary.draft(diary.client(name), codes)
    return asked


def _hire(tx: Tx, hashes: Mapping[str, str]) -> None:
    """Give Amira, who manages the clinic, and Ben of reception their PINs; Joanne has left."""
    amira = staff.add(tx, "Amira", "manager", hashes["Amira"])
    tx.by = By(amira.name, amira.id)
    staff.add(tx, "Ben", "reception", hashes["Ben"])
    joanne = staff.add(tx, "Joanne", "reception", "")
    staff.change(tx, joanne.id, name=joanne.name, role=joanne.role, active=False, version=joanne.version)


def _ask(tx: Tx, diary: Diary, sale: Sale) -> PaymentRequest:
    draft = diary.draft(diary.client(sale.client), sale.codes)
    amount = draft.row.total * sale.share // 100
    request, _ = requests.send(tx, draft.row.number, dict.fromkeys(sale.channels, ""), amount=amount, origin="pos")
    return request


def _let_it_happen(store: Store, folder: Path, asked: Sequence[_Asked]) -> None:
    """Have the links made and sent, let clients pay and the clinic cancel, and hear of it."""
    from sync.host import work_until_quiet

    asyncio.run(work_until_quiet(store, folder))
    for one in asked:
        _go_on(store, one)
    asyncio.run(work_until_quiet(store, folder))


def _go_on(store: Store, asked: _Asked) -> None:
    """Let the client pay or the clinic cancel, where there is a link now."""
    request = store.read(lambda reader: request_by_id(reader, asked.request_id))
    if request.state != "live":
        return
    if asked.then in METHODS:
        pay_link(request.url, asked.then)
    elif asked.then == "cancelled":
        why = "the client pays at the next visit"
        store.write(lambda tx: requests.cancel(tx, request.id, why=why), actor=RECEPTIONIST)
