"""Staff: who may be added and changed, by whom; what a PIN may be; what wrong PINs cost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import ledger, pins, settings, sign_in, staff
from store.database import By, Store
from store.errors import BadInput, EditConflict, NeedsManager, NotFound, Refused, WrongPin
from store.opening import FILE_NAME
from store.rebuild import differences
from store.sign_in import LONGEST_WAIT, seconds, wait_after
from store.staff import Person

START = datetime(2026, 11, 22, 14, 2, 31, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def pass_seconds(self, count: float) -> None:
        """Let time go by."""
        self.now += timedelta(seconds=count)


@pytest.fixture
def clock() -> Clock:
    """The file's clock."""
    return Clock()


@pytest.fixture
def open_store(tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Callable[[], Store]:
    """Open the one data file, as often as a test likes."""

    def opened() -> Store:
        store = Store(tmp_path / FILE_NAME, clock=clock)
        request.addfinalizer(store.close)
        return store

    return opened


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    """A fresh data file."""
    return open_store()


def added(store: Store, name: str, role: str = "reception", *, by: By | str = "amira", pin: str = "") -> Person:
    """Add somebody; the PIN's hash is its own text where no PIN is asked for."""
    return store.write(lambda tx: staff.add(tx, name, role, pins.hashed(pin) if pin else f"hash of {name}"), actor=by)


def as_one(person: Person) -> By:
    """Return a person who has signed in."""
    return By(person.name, person.id)


@pytest.fixture
def amira(store: Store) -> Person:
    """The first manager."""
    return added(store, "Amira", "manager")


@pytest.fixture
def ben(store: Store, amira: Person) -> Person:
    """Ben of reception, added by Amira."""
    return added(store, "Ben", by=as_one(amira))


def guess(store: Store, person: Person) -> int:
    """Try a wrong PIN and return the seconds that it costs. Raises WrongPin where it is too early."""
    tries = store.write(lambda tx: sign_in.begin(tx, person.id))
    return sign_in.wrong(tries, "No").wait


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３４", "²²²²", "0000", "99999999"])
def test_pins_that_will_not_do(pin: str) -> None:
    """Too short, too long, no digits of ours, one digit only."""
    with pytest.raises(BadInput) as caught:
        pins.check(pin)
    assert caught.value.field == "pin"
    assert not pin or pin not in str(caught.value)


@pytest.mark.parametrize("pin", ["1234", "4321", "34567890", "0987", "8901"])
def test_runs_are_refused(pin: str) -> None:
    """Up or down, over the nought too; the sentence gives a run as example."""
    with pytest.raises(BadInput, match="in a row"):
        pins.check(pin)


def test_a_crash_report_shows_no_pin() -> None:
    """It is shown as a PIN and nothing else, and hashed all the same."""
    pin = pins.Pin("2468")
    assert repr([pin]) == "[Pin(…)]"
    assert pins.matches("2468", pins.hashed(pins.check(pin)))


@pytest.mark.parametrize("pin", ["2468", "1379", "1122", "0001", "13579246"])
def test_pins_that_will_do(pin: str) -> None:
    """Any other digits."""
    assert pins.check(pin) == pin


def test_a_hash_tells_its_pin_and_nothing_else() -> None:
    """Argon2id with its own salt; what is no hash matches nothing."""
    kept = pins.hashed("2468")
    assert kept.startswith("$argon2id$")
    assert "2468" not in kept
    assert kept != pins.hashed("2468")
    assert pins.matches("2468", kept)
    assert not pins.matches("2469", kept)
    assert not pins.matches("2468", "hash of Amira")


def test_the_first_is_a_manager(store: Store) -> None:
    """Anybody may make the first, who is no receptionist; from then on only managers add."""
    with pytest.raises(BadInput, match="first of the staff is a manager") as caught:
        added(store, "Ben")
    assert caught.value.field == "role"
    amira = added(store, "Amira", "manager")
    with pytest.raises(NeedsManager, match="change staff"):
        added(store, "Ben")
    ben = added(store, "Ben", by=as_one(amira))
    with pytest.raises(NeedsManager):
        added(store, "Cem", by=as_one(ben))
    added(store, "Cem", by=By("Ben", ben.id, amira.id, amira.name))
    assert [person.name for person in store.read(staff.everyone)] == ["Amira", "Ben", "Cem"]


def test_a_login_name_gives_no_rights(store: Store, amira: Person) -> None:
    """Even one that is a manager's name, and even an id as a name."""
    for name in ("Amira", amira.id):
        with pytest.raises(NeedsManager):
            added(store, "Ben", by=name)


@pytest.mark.parametrize(
    ("name", "why"), [("  ", "Type the person's name"), ("x" * 41, "too long"), ("AMIRA", "differ")]
)
def test_names_that_will_not_do(store: Store, amira: Person, name: str, why: str) -> None:
    """None, too long, somebody else's in capitals."""
    with pytest.raises(BadInput, match=why) as caught:
        added(store, name, by=as_one(amira))
    assert caught.value.field == "name"


def test_names_differ_beyond_ascii(store: Store, amira: Person) -> None:
    """Also where SQLite knows no capitals, and for people who are switched off."""
    zoe = added(store, "Zoë", by=as_one(amira))
    store.write(
        lambda tx: staff.change(tx, zoe.id, name="Zoë", role="reception", active=False, version=1),
        actor=as_one(amira),
    )
    with pytest.raises(BadInput, match="There is a Zoë already, who is switched off"):
        added(store, "ZOË", by=as_one(amira))
    assert store.read(lambda reader: staff.named(reader, " zOË ")).id == zoe.id
    with pytest.raises(NotFound):
        store.read(lambda reader: staff.named(reader, "Tom"))


def test_a_role_is_one_of_two(store: Store, amira: Person) -> None:
    """Anything else is said to be none."""
    with pytest.raises(BadInput, match="is no role"):
        added(store, "Ben", "owner", by=as_one(amira))


def test_the_last_manager_stays_one(store: Store, amira: Person) -> None:
    """Neither switched off nor made reception; a second one lifts that."""

    def change(role: str, *, active: bool) -> Person:
        return store.write(
            lambda tx: staff.change(tx, amira.id, name="Amira", role=role, active=active, version=1),
            actor=as_one(amira),
        )

    for role, active in (("manager", False), ("reception", True)):
        with pytest.raises(Refused, match="Amira is the last manager"):
            change(role, active=active)
    dora = added(store, "Dora", "manager", by=as_one(amira))
    assert not change("manager", active=False).manager
    with pytest.raises(Refused, match="Dora is the last manager"):
        store.write(
            lambda tx: staff.change(tx, dora.id, name="Dora", role="reception", active=True, version=1),
            actor=as_one(dora),
        )


def test_a_manager_switched_off_approves_nothing_any_more(store: Store, amira: Person) -> None:
    """Role and activity are read again with each deed."""
    dora = added(store, "Dora", "manager", by=as_one(amira))
    store.write(
        lambda tx: staff.change(tx, dora.id, name="Dora", role="manager", active=False, version=1),
        actor=as_one(amira),
    )
    with pytest.raises(NeedsManager):
        added(store, "Ben", by=as_one(dora))


def test_who_saves_second_is_told(store: Store, amira: Person, ben: Person) -> None:
    """The first change stands."""

    def rename(name: str) -> Person:
        return store.write(
            lambda tx: staff.change(tx, ben.id, name=name, role=ben.role, active=True, version=ben.version),
            actor=as_one(amira),
        )

    assert rename("Benjamin").version == 2
    with pytest.raises(EditConflict, match="Somebody else has changed Benjamin"):
        rename("Benny")


def test_the_desk_opens_as_somebody_renamed(store: Store, amira: Person, ben: Person) -> None:
    """The setting follows the name."""
    store.write(lambda tx: settings.put(tx, "desk.opens_as", "ben"))
    store.write(
        lambda tx: staff.change(tx, ben.id, name="Benjamin", role=ben.role, active=True, version=1),
        actor=as_one(amira),
    )
    kept = store.read(lambda reader: settings.load(reader, store.path.parent, {}))
    assert kept["desk.opens_as"] == "Benjamin"


def test_who_is_there_when_the_desk_opens(store: Store, amira: Person, ben: Person) -> None:
    """Reception without a PIN, and without rights; a manager or nobody: why not."""

    def here(name: str) -> tuple[By | None, str]:
        return store.read(lambda reader: sign_in.opens_as(reader, name))

    assert here("ben") == (By("Ben"), "")
    assert here("") == (None, "")
    assert here("Amira")[0] is None
    assert "a manager always signs in" in here("Amira")[1]
    assert "nobody of that name" in here("Tom")[1]


def test_the_ledger_keeps_who_changed_staff(store: Store, amira: Person, ben: Person) -> None:
    """By reference, without names or PINs; a rebuild has no difference."""
    store.write(lambda tx: staff.set_pin(tx, ben.id, "hash of 1379"), actor=as_one(amira))
    facts = store.read(lambda reader: list(ledger.entries(reader)))
    assert [(fact.kind, fact.actor) for fact in facts] == [
        ("staff_added", "amira"),
        ("staff_added", "Amira"),
        ("staff_pin_set", "Amira"),
    ]
    assert facts[1].payload == {"person": ben.id, "role": "reception", "active": True}
    assert store.read(differences) == []


def test_three_wrong_then_longer_and_longer(store: Store, clock: Clock, amira: Person) -> None:
    """Five seconds, doubled to five minutes; before that time no PIN is looked at."""
    assert [guess(store, amira) for _ in range(3)] == [0, 0, 5]
    with pytest.raises(WrongPin, match="Wait 5 seconds") as caught:
        guess(store, amira)
    assert caught.value.wait == 5
    clock.pass_seconds(4.2)
    with pytest.raises(WrongPin, match="Wait 1 second,"):
        guess(store, amira)
    waits = []
    for _ in range(8):
        clock.pass_seconds(LONGEST_WAIT)
        waits.append(guess(store, amira))
    assert waits == [10, 20, 40, 80, 160, 300, 300, 300]


def test_neither_a_restart_nor_another_terminal_helps(
    store: Store, open_store: Callable[[], Store], amira: Person
) -> None:
    """The counts are in the file."""
    other = open_store()
    guess(store, amira)
    guess(other, amira)
    guess(store, amira)
    with pytest.raises(WrongPin):
        guess(other, amira)
    store.close()
    with pytest.raises(WrongPin):
        guess(open_store(), amira)


def test_many_at_once_gain_nothing(store: Store, amira: Person) -> None:
    """Each try is counted before its PIN is looked at."""
    begun = [store.write(lambda tx: sign_in.begin(tx, amira.id)) for _ in range(3)]
    assert [tries[0].wait for tries in begun] == [0, 0, 5]
    with pytest.raises(WrongPin):
        guess(store, amira)


def test_the_right_pin_forgets_the_wrong_ones(store: Store, amira: Person) -> None:
    """And begins anew."""
    guess(store, amira)
    guess(store, amira)
    tries = store.write(lambda tx: sign_in.begin(tx, amira.id))
    assert store.write(lambda tx: sign_in.finish(tx, tries, tries)) == [amira]
    assert [guess(store, amira) for _ in range(3)] == [0, 0, 5]


def test_a_pin_changed_meanwhile_is_not_right_any_more(store: Store, amira: Person) -> None:
    """Nor is that of somebody who was switched off."""
    tries = store.write(lambda tx: sign_in.begin(tx, amira.id))
    store.write(lambda tx: staff.set_pin(tx, amira.id, "another"), actor=as_one(amira))
    assert store.write(lambda tx: sign_in.finish(tx, tries, tries)) == []


def test_a_new_pin_lifts_the_wait(store: Store, amira: Person, ben: Person) -> None:
    """A manager helps who has forgotten theirs."""
    for _ in range(3):
        guess(store, ben)
    store.write(lambda tx: staff.set_pin(tx, ben.id, "another"), actor=as_one(amira))
    assert guess(store, ben) == 0


def test_a_pin_without_a_name_is_a_try_at_every_managers(store: Store, clock: Clock, amira: Person) -> None:
    """The approval is no second way to guess: each manager's count rises, and one who waits is left out."""
    dora = added(store, "Dora", "manager", by=as_one(amira))
    for _ in range(3):
        guess(store, dora)
    tries = store.write(sign_in.begin_any_manager)
    assert [one.person_id for one in tries] == [amira.id]
    store.write(sign_in.begin_any_manager)
    assert guess(store, amira) == 5
    with pytest.raises(WrongPin, match="Too many wrong PINs"):
        store.write(sign_in.begin_any_manager)
    clock.pass_seconds(5)
    assert len(store.write(sign_in.begin_any_manager)) == 2


def test_one_managers_right_pin_is_no_wrong_try_at_the_others(store: Store, amira: Person) -> None:
    """What was counted for them is given back, and nothing more."""
    dora = added(store, "Dora", "manager", by=as_one(amira))
    guess(store, dora)
    tries = store.write(sign_in.begin_any_manager)
    right = [one for one in tries if one.person_id == amira.id]
    assert store.write(lambda tx: sign_in.finish(tx, tries, right)) == [amira]
    assert [guess(store, dora) for _ in range(2)] == [0, 5]


def test_nobody_signs_in_who_may_not(store: Store, amira: Person, ben: Person) -> None:
    """Switched off, or never there."""
    store.write(
        lambda tx: staff.change(tx, ben.id, name="Ben", role="reception", active=False, version=1),
        actor=as_one(amira),
    )
    for person_id in (ben.id, "nobody"):
        with pytest.raises(Refused, match="may sign in"):
            store.write(lambda tx, person_id=person_id: sign_in.begin(tx, person_id))  # type: ignore[misc]


def test_a_clock_set_back_locks_nobody_out(store: Store, clock: Clock, amira: Person) -> None:
    """No wait is longer than the longest."""
    for _ in range(3):
        guess(store, amira)
    clock.pass_seconds(-3 * LONGEST_WAIT)
    assert guess(store, amira) == 10


def test_without_a_manager_nobody_approves(store: Store) -> None:
    """It says where one is made."""
    with pytest.raises(Refused, match="no manager yet"):
        store.write(sign_in.begin_any_manager)


@pytest.mark.parametrize(
    ("count", "text"), [(1, "1 second"), (5, "5 seconds"), (60, "1 minute"), (160, "2 minutes 40 seconds")]
)
def test_waits_in_words(count: int, text: str) -> None:
    """Minutes only where there are some, seconds only where they matter."""
    assert seconds(count) == text


def test_waits_are_bounded() -> None:
    """However many wrong tries."""
    assert wait_after(10_000) == LONGEST_WAIT
