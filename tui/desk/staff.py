"""The seam: staff, their PINs and what a manager approves."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from store import pins, sign_in, staff
from store.authority import has_managers
from store.database import By, Tx
from store.errors import BadInput
from store.sign_in import Try
from store.staff import Person
from tui.desk.calls import Calls

T = TypeVar("T")


class StaffCalls(Calls):
    """Signing in and approving. PINs are hashed and checked in a thread, outside every transaction."""

    async def staff(self) -> list[Person]:
        """Return all staff: who is active first, then by name."""
        return await self._read(staff.everyone)

    async def person_named(self, name: str) -> Person:
        """Return the person of this name, in capitals or not. Raises NotFound."""
        return await self._read(lambda reader: staff.named(reader, name))

    async def has_managers(self) -> bool:
        """Tell whether somebody is a manager: from then on PINs count."""
        return await self._read(has_managers)

    async def sign_in(self, person_id: str, pin: str) -> Person:
        """Let a person be at this desk from now on. Raises WrongPin with how long to wait, or Refused."""
        person = await self._try_pin(person_id, pin)
        self.by = By(person.name, person.id)
        return person

    async def approve(self, person_id: str, pin: str) -> By:
        """Return who is here with a manager's approval beside them; an empty `person_id` is any manager.

        Raises WrongPin with how long to wait, or Refused.
        """
        if person_id:
            manager = await self._try_pin(person_id, pin)
            if not manager.manager:
                raise BadInput("pin", f"{manager.name} is no manager. Ask one to approve it with their PIN.")
        else:
            manager = await self._find_manager(pin)
        return By(self.by.name, self.by.person, manager.id, manager.name)

    async def add_staff(self, name: str, role: str, pin: str) -> Person:
        """Add a person; the first is a manager. Raises NeedsManager, or BadInput naming name, role or pin."""
        pin_hash = await _hashed(pin)
        return await self._write(lambda tx: staff.add(tx, name, role, pin_hash))

    async def make_manager(self, name: str, pin: str) -> Person:
        """Make the first manager, who is at this desk from now on. Raises BadInput naming name or pin."""
        person = await self.add_staff(name, "manager", pin)
        self.by = By(person.name, person.id)
        return person

    async def change_staff(self, person_id: str, *, name: str, role: str, active: bool, version: int) -> Person:
        """Save a person as edited from `version`. Raises NeedsManager, EditConflict, BadInput or Refused."""
        person = await self._write(
            lambda tx: staff.change(tx, person_id, name=name, role=role, active=active, version=version)
        )
        if person.id == self.by.person:
            self.by = By(person.name, person.id)
        return person

    async def set_pin(self, person_id: str, pin: str) -> Person:
        """Give a person a new PIN. Raises NeedsManager, NotFound, or BadInput."""
        pin_hash = await _hashed(pin)
        return await self._write(lambda tx: staff.set_pin(tx, person_id, pin_hash))

    async def _try_pin(self, person_id: str, pin: str) -> Person:
        tries = await self._count(lambda tx: sign_in.begin(tx, person_id))
        right = await self._finish(tries, pin)
        if not right:
            person = await self._read(lambda reader: staff.get(reader, person_id))
            raise sign_in.wrong(tries, f"That is not {person.name}'s PIN")
        return right[0]

    async def _find_manager(self, pin: str) -> Person:
        tries = await self._count(sign_in.begin_any_manager)
        right = await self._finish(tries, pin)
        if not right:
            raise sign_in.wrong(tries, "That is no manager's PIN")
        if len(right) > 1:
            raise BadInput(
                "pin",
                f"{right[0].name} and {right[1].name} have the same PIN, so it does not say who approves."
                " Give one of them another in Admin > Staff.",
            )
        return right[0]

    async def _finish(self, tries: Sequence[Try], pin: str) -> list[Person]:
        """Return whose PIN it is; nothing more is written when it is nobody's."""
        right = await asyncio.to_thread(lambda: [one for one in tries if pins.matches(pin, one.pin_hash)])
        return await self._count(lambda tx: sign_in.finish(tx, tries, right)) if right else []

    async def _count(self, work: Callable[[Tx], T]) -> T:
        """Write what counts tries; also in a damaged file, so that people can still look things up in it."""
        return await self._store.awrite(work, actor=self.by, anyway=True)


async def _hashed(pin: str) -> str:
    return await asyncio.to_thread(pins.hashed, pins.check(pin))
