"""The seam: what a manager sets up."""

from store.authority import may_manage
from tui.desk.calls import Calls


class AdminCalls(Calls):
    """Setting the clinic up."""

    async def may_manage(self) -> bool:
        """Tell whether who is here may set the clinic up: a manager, or anybody as long as there is none."""
        return await self._read(lambda reader: may_manage(reader, self.by))

    async def gateway_can_send(self, kind: str) -> bool:
        """Tell whether a gateway of this kind could send the email and SMS itself."""
        from sync.couriers.background import beside
        from sync.gateways.factory import make_gateway

        return await beside(lambda: make_gateway(kind, "", "any").capabilities.sends_messages)
