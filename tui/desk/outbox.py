"""The seam: what the outside world has still to see."""

from store import decisions, outbox, services, strays
from store.decisions import Retried
from store.models import Payment, Status
from store.outbox_words import OutboxLine, waiting_lines
from store.strays import Stray
from tui.desk.calls import Calls


class OutboxCalls(Calls):
    """Looking into the outbox and deciding."""

    async def outbox(self, limit: int = 500) -> list[OutboxLine]:
        """Return what the world has still to see, in plain words, what needs a person first; -1: all of it."""
        return await self._read(lambda reader: waiting_lines(reader, limit=limit))

    async def attempts(self, entry_id: str) -> list[tuple[str, str, str]]:
        """Return (time, outcome, answer) of each try at an outbox entry."""
        return await self._read(lambda reader: outbox.attempts_of(reader, entry_id))

    async def retry(self, entry_id: str) -> None:
        """Try an outbox entry again now. Raises Refused."""
        await self._write(lambda tx: decisions.retry(tx, entry_id))

    async def retry_all(self, kind: str = "") -> Retried:
        """Try every entry of `kind` (all by default) again, but for what is held and what may be done already."""
        return await self._write(lambda tx: decisions.retry_all(tx, kind))

    async def adopt(self, entry_id: str, gateway_id: str) -> None:
        """Take a link found at the gateway for one that may exist there; the engine compares it first.

        Only for a create_link entry in attention that may exist. Raises BadInput (field gateway_id) or Refused.
        """
        await self._write(lambda tx: decisions.adopt(tx, entry_id, gateway_id))

    async def stray(self, entry_id: str) -> Stray:
        """Return the payment that is not known here behind an entry. Raises NotFound, Refused once it is decided."""
        return await self._read(lambda reader: strays.behind(reader, entry_id))

    async def count_stray(self, entry_id: str, number: str) -> Payment:
        """Count a payment that was not known, after a backup was brought back, on an invoice. Raises Refused."""
        return await self._write(lambda tx: strays.count(tx, entry_id, number, notify=[]))

    async def hold(self, entry_id: str, reason: str = "") -> None:
        """Keep an outbox entry back. Raises Refused."""
        await self._write(lambda tx: decisions.hold(tx, entry_id, reason=reason))

    async def drop(self, entry_id: str, reason: str) -> None:
        """Give an outbox entry up, with a reason. Raises BadInput or Refused."""
        await self._write(lambda tx: decisions.drop(tx, entry_id, reason=reason))

    async def status(self) -> Status:
        """Return what the status bar shows."""
        return await self._read(services.status)
