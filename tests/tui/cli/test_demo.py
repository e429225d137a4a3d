"""The demo clinic: everything in it is real, on this machine and at the sandbox."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from store.times import from_text
from tests.tui.cli.conftest import Paydesk
from tui.cli.session import opened
from tui.demo_catalogue import ITEMS
from tui.demo_clinic import PINS, built, prepare
from tui.demo_people import PEOPLE
from tui.desk import Desk
from tui.loopback import get
from tui.sandbox_process import SandboxProcess


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo clinic, and the running sandbox beside it."""

    folder: Path
    process: SandboxProcess

    def sandbox(self, page: str) -> Any:
        """Return what the sandbox says of itself."""
        return json.loads(get(f"{self.process.address}/sandbox/{page}"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Make the clinic up once for all tests here."""
    folder = tmp_path_factory.mktemp("demo")
    process = SandboxProcess(folder)
    assert not built(folder)
    prepare(folder, process)
    yield Demo(folder, process)
    process.stop()


@pytest.fixture
def folder(demo: Demo) -> Path:
    """Let the command work on the demo clinic."""
    return demo.folder


def test_enough_to_look_at(demo: Demo, paydesk: Paydesk) -> None:
    """About forty clients, thirty items, and invoices in every state."""
    assert len(paydesk("clients", "list", "--json").document) == len(PEOPLE) == 40
    invoices = paydesk("invoices", "list", "--json").document
    assert Counter(row["state"] for row in invoices) == {
        "paid": 12,
        "unpaid": 7,
        "part_paid": 3,
        "draft": 2,
        "void": 1,
    }
    assert Counter(row["request_state"] for row in invoices) == {None: 18, "live": 3, "paid": 3, "cancelled": 1}
    assert [row["number"] for row in invoices] == [f"INV-{number:06d}" for number in range(25, 0, -1)]


async def test_catalogue_has_every_kind_of_vat(demo: Demo) -> None:
    """Care is exempt, cosmetic treatment and goods are not."""
    with opened(demo.folder) as store:
        items = await Desk(store, actor="test").find_items(limit=100)
    assert len(items) == len(ITEMS) == 30
    assert {item.vat_rate for item in items} == {0, 500, 2000}


def test_people_are_nobody(demo: Demo, paydesk: Paydesk) -> None:
    """No message can reach a stranger: addresses at example.com and numbers for drama only, each once."""
    clients = paydesk("clients", "list", "--json").document
    for field, ending in (("email", "@example.com"), ("mobile", "")):
        known = [card[field] for card in clients if card[field]]
        assert len(set(known)) == len(known)
        assert all(value.endswith(ending) for value in known)
    assert all(card["mobile"].startswith("+447700900") for card in clients if card["mobile"])


def test_links_are_real(demo: Demo, paydesk: Paydesk) -> None:
    """The sandbox has each link in the state that the desk shows, and the messages were delivered."""
    state = demo.sandbox("state")
    assert (state["counts"]["links"], state["counts"]["paid"], state["counts"]["open"]) == (7, 3, 3)
    assert "Amir" in get(f"{demo.process.address}/phone")
    assert paydesk("outbox", "list", "--json").document == []


def test_everything_is_in_order(demo: Demo, paydesk: Paydesk) -> None:
    """The ledger explains every table, though the past was made up."""
    assert paydesk("verify", "--json").document["ok"] is True
    times = [line["at"] for line in paydesk("invoices", "log", "INV-000008", "--json").document]
    assert times == sorted(times)


async def test_every_day_but_today_is_closed(demo: Demo) -> None:
    """Yesterday was the last; once the till was short, and why is known; what was taken since is the links'."""
    with opened(demo.folder) as store:
        desk = Desk(store, actor="test")
        closed, today = await desk.closed_days(), await desk.today()
    assert from_text(today.day.from_at or "").date() == from_text(closed[0].to_at).date()
    assert from_text(today.links[0].created_at).date() - from_text(closed[0].to_at).date() == timedelta(days=1)
    assert all(day.takings.total > 0 for day in closed)
    assert [(day.difference, bool(day.reason)) for day in closed if day.difference] == [(-200, True)]
    assert [row.code for row in today.day.takings.types] == ["payment_link"]


def test_clinic_is_notified_at_the_sandbox(demo: Demo, paydesk: Paydesk) -> None:
    """Payment link paid is switched on, and goes to the clinic's own mailbox."""
    assert paydesk("settings", "get", "notify.payment_link_paid.enabled").out == "on\n"
    assert "clinic@example.com" in get(f"{demo.process.address}/phone")


def test_nothing_is_made_up_twice(demo: Demo, paydesk: Paydesk) -> None:
    """A clinic that is there is opened, not added to."""
    assert built(demo.folder)
    before = paydesk("invoices", "list", "--json").document
    ran = paydesk("demo", "--data", str(demo.folder))
    assert ran.code == 1
    assert "needs a terminal" in ran.err
    assert demo.process.address in ran.out
    assert paydesk("invoices", "list", "--json").document == before


def test_switched_to_coherent_the_same_sandbox_answers(
    demo: Demo, paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One setting changes the dialect, with Amira's PIN; the next link is Coherent's."""
    monkeypatch.setenv("PAYDESK_PIN", PINS["Amira"])
    paydesk("settings", "set", "gateway.kind", "coherent")
    paydesk("send", "INV-000011")
    done = paydesk("sync", "--once", "--json").document
    assert (done["online"], done["queued"]) == (True, 0)
    paydesk("settings", "set", "gateway.kind", "stripe")
    assert [link["dialect"] for link in demo.sandbox("state")["links"]].count("coherent") == 1


def test_clinic_is_made_up_quickly(tmp_path: Path) -> None:
    """A new user does not wait: a clinic is there in less than four seconds."""
    process = SandboxProcess(tmp_path)
    began = time.monotonic()
    prepare(tmp_path, process)
    took = time.monotonic() - began
    process.stop()
    assert took < 4
