"""A manager's approval in place."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from store import ledger, staff
from store.database import Store
from store.errors import BadInput
from store.staff import Person
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.people import AMIRAS, BENS, HASHES, WRONG, Staff, hire
from tests.tui.selling import drawn, keys, said
from tui.app import PaydeskApp
from tui.approval import approved
from tui.desk import Desk
from tui.screens.approve import ApproveDialog
from tui.screens.pos import PosScreen

SMALL = (80, 24)


@pytest.fixture
def people(store: Store) -> Staff:
    """Amira and Ben."""
    return hire(store)


@pytest.fixture
def at_reception(store: Store, people: Staff) -> PaydeskApp:
    """Ben's desk."""
    return PaydeskApp(Desk(store, actor=people.as_ben), now=frozen)


class Asked:
    """Something that only a manager may do, asked for at a desk, and what came of it."""

    def __init__(self, app: PaydeskApp, deed: Callable[[Desk], Awaitable[Person]]) -> None:
        self.outcome: Person | Exception | None = None
        self.done = False
        self._app, self._deed = app, deed

    def begin(self) -> None:
        """Ask, as a screen does."""
        self._app.run_worker(self._work())

    async def _work(self) -> None:
        try:
            self.outcome = await approved(self._app, self._deed)
        except BadInput as error:
            self.outcome = error
        self.done = True


def adding(app: PaydeskApp, name: str = "Cem") -> Asked:
    """Add somebody to the staff."""
    return Asked(app, lambda desk: desk.add_staff(name, "reception", "8642"))


async def test_a_managers_pin_stands_beside_the_person(at_reception: PaydeskApp, store: Store, people: Staff) -> None:
    """What is asked is named; then it is done, by Ben with Amira's approval, and Ben stays at the desk."""
    async with at_reception.run_test(size=SMALL) as pilot:
        asked = adding(at_reception)
        asked.begin()
        await until(pilot, lambda: "Only a manager may change staff." in drawn(at_reception))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: asked.done)
        assert isinstance(asked.outcome, Person)
        assert isinstance(at_reception.screen, PosScreen)
        assert at_reception.desk.by == people.as_ben
        last = store.read(lambda reader: list(ledger.entries(reader)))[-1]
        assert (last.actor, last.payload["approved_by"]) == ("Ben", "Amira")


async def test_esc_leaves_all_as_it_was(at_reception: PaydeskApp) -> None:
    """Nothing is done, nobody is asked again."""
    async with at_reception.run_test(size=SMALL) as pilot:
        asked = adding(at_reception)
        asked.begin()
        await until(pilot, lambda: isinstance(at_reception.screen, ApproveDialog))
        await keys(pilot, AMIRAS[:2], "<escape>")
        await until(pilot, lambda: asked.done)
        assert asked.outcome is None
        assert len(await at_reception.desk.staff()) == 2


async def test_wrong_pins_are_said_in_place_and_cost_time(at_reception: PaydeskApp) -> None:
    """A receptionist's own PIN is as wrong as any; after three nobody's is looked at."""
    async with at_reception.run_test(size=SMALL) as pilot:
        asked = adding(at_reception)
        asked.begin()
        await until(pilot, lambda: isinstance(at_reception.screen, ApproveDialog))
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: "That is no manager's PIN. Try again." in said(at_reception))
        await keys(pilot, WRONG, "<enter>")
        await until(pilot, lambda: not at_reception.screen.query_one("#pin").value)  # type: ignore[attr-defined]
        await until(pilot, lambda: "Try again" in said(at_reception))
        await keys(pilot, WRONG, "<enter>")
        await until(pilot, lambda: "Wait 5 seconds" in said(at_reception))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: "Too many wrong PINs" in said(at_reception))
        assert not asked.done


async def test_an_error_after_the_approval_is_the_deeds_own(at_reception: PaydeskApp) -> None:
    """It reaches whoever asked, in their place."""
    async with at_reception.run_test(size=SMALL) as pilot:
        asked = adding(at_reception, "BEN")
        asked.begin()
        await until(pilot, lambda: isinstance(at_reception.screen, ApproveDialog))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: asked.done)
        assert isinstance(asked.outcome, BadInput)
        assert asked.outcome.field == "name"


async def test_a_manager_is_not_asked(store: Store, people: Staff) -> None:
    """Nor is anybody where there is no staff."""
    app = PaydeskApp(Desk(store, actor=people.as_amira), now=frozen)
    async with app.run_test(size=SMALL) as pilot:
        asked = adding(app)
        asked.begin()
        await until(pilot, lambda: asked.done)
        assert isinstance(asked.outcome, Person)


async def test_two_managers_with_one_pin_approve_nothing(store: Store, people: Staff) -> None:
    """Since it would not say who did."""
    store.write(lambda tx: staff.add(tx, "Dora", "manager", HASHES[AMIRAS]), actor=people.as_amira)
    desk = Desk(store, actor=people.as_ben)
    with pytest.raises(BadInput, match="Amira and Dora have the same PIN"):
        await desk.approve("", AMIRAS)


async def test_an_approval_by_name(store: Store, people: Staff) -> None:
    """Of that manager only; reception approves nothing with the right PIN."""
    desk = Desk(store, actor=people.as_ben)
    by = await desk.approve(people.amira.id, AMIRAS)
    assert (by.name, by.person, by.approver, by.approver_name) == ("Ben", people.ben.id, people.amira.id, "Amira")
    with pytest.raises(BadInput, match="Ben is no manager"):
        await desk.approve(people.ben.id, BENS)
    with pytest.raises(BadInput, match="That is not Amira's PIN"):
        await desk.approve(people.amira.id, BENS)


async def test_an_approval_that_a_screen_holds_is_for_one_person(
    at_reception: PaydeskApp, store: Store, people: Staff
) -> None:
    """It is used without asking again, until somebody else has taken the desk over."""
    cem = store.write(lambda tx: staff.add(tx, "Cem", "reception", HASHES[BENS]), actor=people.as_amira)
    async with at_reception.run_test(size=SMALL) as pilot:
        assert isinstance(at_reception.screen, PosScreen)
        at_reception.screen.approval = replace(people.as_ben, approver=people.amira.id, approver_name="Amira")
        first = adding(at_reception, "Dee")
        first.begin()
        await until(pilot, lambda: first.done)
        assert isinstance(first.outcome, Person)
        await at_reception.desk.sign_in(cem.id, BENS)
        adding(at_reception, "Eve").begin()
        await until(pilot, lambda: isinstance(at_reception.screen, ApproveDialog))
