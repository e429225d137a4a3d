"""A gateway without its restraint: the sandbox does not mind how often it is asked."""

from dataclasses import replace
from typing import Any

from sync.gateways.base import Capabilities, Gateway


class _Hurried:
    """Another gateway, with a limit so high that it is none."""

    def __init__(self, inner: Gateway) -> None:
        self._inner = inner

    @property
    def capabilities(self) -> Capabilities:
        """Return the inner one's, without a limit to speak of."""
        return replace(self._inner.capabilities, requests_per_second=1_000)

    def __getattr__(self, name: str) -> Any:
        """Return what the inner one has."""
        return getattr(self._inner, name)


def hurried(inner: Gateway) -> Gateway:
    """Return a gateway that may be asked as often as one likes."""
    gateway: Any = _Hurried(inner)
    return gateway  # type: ignore[no-any-return]
