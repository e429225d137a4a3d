"""What the desk needs of the engine and of the sandbox, without loading either."""

from typing import Protocol


class EngineHandle(Protocol):
    """The engine in this process."""

    def start(self) -> None:
        """Begin to work, in a thread of its own."""

    def stop(self) -> None:
        """Finish what is in hand and end the thread."""

    async def check_gateway(self) -> str:
        """Prove the gateway's address and key by one call, and say so in a sentence. Raises PaydeskError."""


class SandboxHandle(Protocol):
    """The stand-in for the gateway, the client's phone and mailbox."""

    @property
    def address(self) -> str:
        """Its web address, such as `http://127.0.0.1:8787`."""

    @property
    def running(self) -> bool:
        """Whether it answers now."""

    def start(self) -> None:
        """Begin to listen."""

    def stop(self) -> None:
        """End it for good."""

    def switch_on(self) -> None:
        """Let the gateway answer again."""

    def switch_off(self) -> None:
        """Cut the line: nothing answers until it is switched on."""
