"""Staff for the tests of the desk: Amira, a manager, and Ben of reception, each with a PIN."""

from dataclasses import dataclass

from store import pins, staff
from store.database import By, Store, Tx
from store.staff import Person

AMIRAS, BENS, WRONG = "2468", "1379", "1470"
HASHES = {pin: pins.hashed(pin) for pin in (AMIRAS, BENS)}


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works here."""

    amira: Person
    ben: Person

    @property
    def as_amira(self) -> By:
        """Amira, signed in."""
        return By(self.amira.name, self.amira.id)

    @property
    def as_ben(self) -> By:
        """Ben, signed in."""
        return By(self.ben.name, self.ben.id)


def hire(store: Store) -> Staff:
    """Write both into the data file."""

    def work(tx: Tx) -> Staff:
        amira = staff.add(tx, "Amira", "manager", HASHES[AMIRAS])
        tx.by = By(amira.name, amira.id)
        return Staff(amira, staff.add(tx, "Ben", "reception", HASHES[BENS]))

    return store.write(work)
