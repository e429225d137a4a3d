"""The first start."""

import pytest

from store.database import By
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.people import AMIRAS
from tests.tui.selling import drawn, keys, said
from tests.tui.test_app import Engine, Sandbox
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.handles import SandboxHandle
from tui.screens.setup import SetupChoice, SetupScreen

SMALL = (80, 24)


@pytest.fixture
def told() -> list[SetupChoice]:
    """What the application was told of the choice."""
    return []


@pytest.fixture
def first(desk: Desk, told: list[SetupChoice]) -> PaydeskApp:
    """The application at its first start."""

    async def on_setup(choice: SetupChoice) -> SandboxHandle | None:
        told.append(choice)
        return Sandbox() if choice.gateway == "sandbox" else None

    return PaydeskApp(desk, engine=Engine(), now=frozen, first_start=True, on_setup=on_setup)


ME = ("Amira", "<enter>", AMIRAS, "<enter>", AMIRAS, "<enter>")
"""The answers of the first manager."""


async def test_three_times_enter_and_the_first_manager(first: PaydeskApp, told: list[SetupChoice]) -> None:
    """The name as it is, no address, the sandbox, who I am; then the desk, with the sandbox's address and me."""
    async with first.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: first.focused and first.focused.id == "name")
        assert isinstance(first.engine, Engine)
        assert not first.engine.started
        await keys(pilot, "<enter>", "<enter>", "<enter>", *ME)
        await until(pilot, lambda: "http://127.0.0.1:8787/phone" in drawn(first))
        assert told == [SetupChoice("Riverside Clinic", "", "sandbox")]
        assert first.engine.started
        assert (await first.desk.settings())["sandbox.embedded"] == "on"
        (amira,) = await first.desk.staff()
        assert (amira.name, amira.manager) == ("Amira", True)
        assert first.desk.by == By("Amira", amira.id)
        assert "Amira" in drawn(first).splitlines()[1]


async def test_a_gateway_with_its_key(first: PaydeskApp, told: list[SetupChoice]) -> None:
    """Without a key it says so; with one everything is kept, and the bar shows the clinic."""
    async with first.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: first.focused and first.focused.id == "name")
        await keys(pilot, "Lakeside", "<enter>", "desk@example.com", "<enter>", "<down>", "<enter>", "<enter>", *ME)
        await until(pilot, lambda: "Type the gateway's key" in said(first))
        await keys(pilot, "sk_test_1", "<enter>", "<enter>", "<enter>", "<enter>")
        await until(pilot, lambda: told)
        chosen = await first.desk.settings()
        kept = [chosen[key] for key in ("clinic.name", "clinic.support_email", "gateway.kind", "gateway.key")]
        assert kept == ["Lakeside", "desk@example.com", "stripe", "sk_test_1"]
        assert chosen["sandbox.embedded"] == "off"
        await until(pilot, lambda: "Lakeside" in drawn(first))


async def test_an_address_that_is_none_is_said_in_place(first: PaydeskApp, told: list[SetupChoice]) -> None:
    """Kept as typed, with the focus on it, and nothing begins."""
    async with first.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: first.focused and first.focused.id == "name")
        await keys(pilot, "<enter>", "desk@", "<enter>", "<enter>", *ME)
        await until(pilot, lambda: "not an email address" in said(first))
        assert isinstance(first.screen, SetupScreen)
        assert first.focused is not None
        assert first.focused.id == "email"
        assert told == []


@pytest.mark.parametrize(
    ("answers", "why", "field"),
    [
        (("<enter>", AMIRAS, "<enter>", AMIRAS, "<enter>"), "Type your name", "manager"),
        (("Amira", "<enter>", "1111", "<enter>", "1111", "<enter>"), "One digit again and again", "pin"),
        (("Amira", "<enter>", AMIRAS, "<enter>", "2469", "<enter>"), "not the same PIN", "pin"),
    ],
)
async def test_a_manager_who_will_not_do_is_said_in_place(
    first: PaydeskApp, told: list[SetupChoice], answers: tuple[str, ...], why: str, field: str
) -> None:
    """Under the field, with the focus there; no PIN is kept in sight, and nobody is made."""
    async with first.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: first.focused and first.focused.id == "name")
        await keys(pilot, "<enter>", "<enter>", "<enter>", *answers)
        await until(pilot, lambda: why in said(first))
        assert first.focused is not None
        assert first.focused.id == field
        assert told == []
        assert await first.desk.staff() == []
