"""People who work at the desk: their names, roles and PIN hashes. Only managers change them."""

from dataclasses import dataclass
from typing import Any, Literal

from store import ledger
from store.authority import has_managers, require_manager
from store.database import Reader, Row, Tx
from store.errors import BadInput, EditConflict, NotFound, Refused
from store.ids import new_id
from store.text import cleaned

Role = Literal["reception", "manager"]
ROLES: tuple[Role, ...] = ("reception", "manager")
LONGEST_NAME = 40
DEED = "change staff"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff. Who is not active any more stays, because the ledger names them, but cannot sign in."""

    id: str
    name: str
    role: Role
    active: bool
    version: int

    @property
    def manager(self) -> bool:
        """Whether this person may do what only managers may."""
        return self.active and self.role == "manager"


def everyone(reader: Reader) -> list[Person]:
    """Return all staff: who is active first, then by name."""
    rows = reader.all("SELECT id, name, role, active, version FROM staff ORDER BY active DESC, name COLLATE NOCASE")
    return [_person(row) for row in rows]


def get(reader: Reader, person_id: str) -> Person:
    """Return one person. Raises NotFound."""
    row = reader.one("SELECT id, name, role, active, version FROM staff WHERE id = :id", id=person_id)
    if row is None:
        raise NotFound("There is no such person here. Look at the list of staff again.")
    return _person(row)


def named(reader: Reader, name: str) -> Person:
    """Return the person of this name, in capitals or not. Raises NotFound."""
    wanted = cleaned(name).casefold()
    for person in everyone(reader):
        if person.name.casefold() == wanted:
            return person
    raise NotFound(f"There is nobody called “{cleaned(name)[:LONGEST_NAME]}” here. `paydesk staff list` lists them.")


def add(tx: Tx, name: str, role: str, pin_hash: str) -> Person:
    """Add a person; a manager does it, but the first person, who is a manager, anybody may add.

    Raises NeedsManager, or BadInput (its `field` is name or role).
    """
    require_manager(tx, DEED)
    if role == "reception" and not has_managers(tx):
        raise BadInput("role", "The first of the staff is a manager: only a manager can add the others.")
    person = Person(new_id(), _free_name(tx, name), _role(role), active=True, version=1)
    tx.run(
        "INSERT INTO staff (id, name, role, pin_hash, created_at) VALUES (:id, :name, :role, :pin_hash, :now)",
        id=person.id,
        name=person.name,
        role=person.role,
        pin_hash=pin_hash,
        now=tx.now,
    )
    ledger.append(tx, "staff_added", None, _fact(person))
    return person


def change(tx: Tx, person_id: str, *, name: str, role: str, active: bool, version: int) -> Person:
    """Save a person as edited from `version`. The last active manager stays one.

    Raises NeedsManager, NotFound, EditConflict, Refused, or BadInput (its `field` is name or role).
    """
    require_manager(tx, DEED)
    before = get(tx, person_id)
    if before.version != version:
        raise EditConflict(f"Somebody else has changed {before.name} in the meantime. Look at the list and repeat.")
    after = Person(person_id, _free_name(tx, name, person_id), _role(role), active, version + 1)
    if before.manager and not after.manager and _managers(tx) == 1:
        raise Refused(f"{before.name} is the last manager. Make somebody else a manager first.")
    tx.run(
        "UPDATE staff SET name = :name, role = :role, active = :active, version = :version WHERE id = :id",
        id=person_id,
        name=after.name,
        role=after.role,
        active=active,
        version=after.version,
    )
    tx.run(
        "UPDATE settings SET value = :after WHERE key = 'desk.opens_as' AND value = :before COLLATE NOCASE",
        after=after.name,
        before=before.name,
    )
    ledger.append(tx, "staff_changed", None, _fact(after))
    return after


def set_pin(tx: Tx, person_id: str, pin_hash: str) -> Person:
    """Give a person a new PIN, and forget wrong tries at the old one. Raises NeedsManager or NotFound."""
    require_manager(tx, DEED)
    person = get(tx, person_id)
    tx.run(
        "UPDATE staff SET pin_hash = :pin_hash, failures = 0, locked_until = NULL WHERE id = :id",
        id=person_id,
        pin_hash=pin_hash,
    )
    ledger.append(tx, "staff_pin_set", None, _fact(person))
    return person


def _fact(person: Person) -> dict[str, Any]:
    return {"person": person.id, "role": person.role, "active": person.active}


def _managers(reader: Reader) -> int:
    return int(reader.value("SELECT count(*) FROM staff WHERE role = 'manager' AND active = 1"))


def _role(role: str) -> Role:
    for known in ROLES:
        if role == known:
            return known
    raise BadInput("role", f"“{cleaned(role)[:LONGEST_NAME]}” is no role. Use reception or manager.")


def _free_name(reader: Reader, name: str, person_id: str = "") -> str:
    kept = cleaned(name)
    if not kept:
        raise BadInput("name", "Type the person's name.")
    if len(kept) > LONGEST_NAME:
        raise BadInput("name", f"The name is too long. Use {LONGEST_NAME} letters or fewer.")
    for other in everyone(reader):
        if other.id != person_id and other.name.casefold() == kept.casefold():
            still = "" if other.active else ", who is switched off"
            raise BadInput("name", f"There is a {other.name} already{still}. Names must differ.")
    return kept


def _person(row: Row) -> Person:
    return Person(row["id"], row["name"], row["role"], bool(row["active"]), row["version"])
