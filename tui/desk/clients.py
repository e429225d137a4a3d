"""The seam: clients."""

from store import clients
from store.models import Client
from tui.desk.calls import Calls


class ClientCalls(Calls):
    """Finding clients and keeping their cards."""

    async def find_clients(self, text: str = "", limit: int = 50) -> list[Client]:
        """Return clients by a few letters of name, email or mobile, newest first."""
        return await self._read(lambda reader: clients.find(reader, text, limit=limit))

    async def client(self, client_id: str) -> Client:
        """Return one client. Raises NotFound."""
        return await self._read(lambda reader: clients.get(reader, client_id))

    async def add_client(self, *, name: str, email: str = "", mobile: str = "") -> Client:
        """Add a client. Raises BadInput naming the field."""
        return await self._write(lambda tx: clients.add(tx, name=name, email=email, mobile=mobile))
