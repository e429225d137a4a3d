"""The seam: clients."""

import asyncio

from store import client_card, client_notes, clients, duplicates, erasing, merging
from store.client_card import ClientCard, ClientRow
from store.client_notes import ClientNote
from store.models import Client
from tui.desk.calls import Calls


class ClientCalls(Calls):
    """Finding clients and keeping their cards."""

    async def find_clients(self, text: str = "", limit: int = 50) -> list[Client]:
        """Return clients by a few letters of name, email or mobile, newest first."""
        return await self._read(lambda reader: clients.find(reader, text, limit=limit))

    async def client_rows(self, text: str = "", limit: int = 50) -> list[ClientRow]:
        """Return what `find_clients` does, each with credit and what is due in pence."""
        return await self._read(lambda reader: client_card.rows(reader, text, limit=limit))

    async def client(self, client_id: str) -> Client:
        """Return one client. Raises NotFound."""
        return await self._read(lambda reader: clients.get(reader, client_id))

    async def client_card(self, client_id: str) -> ClientCard:
        """Return a client's whole card; the id of a merged card gives the card kept. Raises NotFound."""
        return await self._read(lambda reader: client_card.card(reader, client_id))

    async def add_client(self, *, name: str, email: str = "", mobile: str = "") -> Client:
        """Add a client, who may be sent email and SMS until they say no. Raises BadInput naming the field."""
        return await self._write(lambda tx: clients.add(tx, name=name, email=email, mobile=mobile))

    async def update_client(
        self,
        client_id: str,
        *,
        name: str,
        email: str,
        mobile: str,
        version: int,
        email_consent: bool | None = None,
        sms_consent: bool | None = None,
    ) -> Client:
        """Save a card as loaded at `version`; a consent of None stays.

        Raises BadInput, NotFound, EditConflict, and Refused for a card that was merged or erased.
        """
        return await self._write(
            lambda tx: clients.update(
                tx,
                client_id,
                name=name,
                email=email,
                mobile=mobile,
                version=version,
                email_consent=email_consent,
                sms_consent=sms_consent,
            )
        )

    async def add_note(self, client_id: str, text: str) -> ClientNote:
        """Write a note on a client's card. Raises BadInput (text), NotFound, Refused."""
        return await self._write(lambda tx: client_notes.add(tx, client_id, text))

    async def duplicates_of(self, client_id: str) -> list[Client]:
        """Return cards that are likely of the same person, the same mobile or email first. Raises NotFound."""
        return await self._read(lambda reader: duplicates.of_client(reader, client_id))

    async def merge_clients(self, keep: str, gone: str) -> Client:
        """Make two cards one and return the card kept. Raises Refused, NeedsManager, NotFound."""
        return await self._write(lambda tx: merging.merge(tx, keep, gone))

    async def erase_client(self, client_id: str) -> None:
        """Erase a client's personal data; what was paid stays written down. Takes a second or more in a large clinic.

        Raises Refused with what is unfinished, NeedsManager, NotFound, and StoreError when traces may be left.
        """
        numbers = await self._write(lambda tx: erasing.erase(tx, client_id))
        await asyncio.to_thread(erasing.sweep, self._store, numbers)
