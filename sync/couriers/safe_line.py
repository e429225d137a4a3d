"""No message leaves this machine where somebody on the way could read it, or could be taken for the service.

A message says who owes what, and its way there says the password of the clinic's account. So beyond this machine
every line is encrypted and every certificate is checked, whatever the URL of the setting asks for.
"""

from typing import Any

from store.web_address import is_loopback
from sync.couriers.outcome import Service
from sync.errors import Misconfigured

_AT_HOME = frozenset({"blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})
"""What these reach is this machine itself."""
_HOSTED = frozenset({"cloud", "official", "t2bot"})
"""What Apprise calls its services' own servers, which it asks by https, whatever the URL begins with."""


def refuse_unsafe(plugin: Any, url: str, service: Service, *, mail: bool) -> None:
    """Raise Misconfigured when the plugin would send unencrypted, or to whoever pretends to be the service."""
    if is_loopback((plugin.smtp_host if mail else plugin.host) or ""):
        return
    scheme = url.partition("://")[0].lower()
    if not mail and scheme in _AT_HOME:
        return
    if not plugin.verify_certificate:
        raise Misconfigured(
            f"{service.setting} switches the check of the server's certificate off, so anybody could take its place. "
            f"Remove verify=no from {service.setting}."
        )
    if plugin.secure_mode == "insecure" if mail else _is_plain(plugin, scheme):
        raise Misconfigured(
            f"{service.setting} would send passwords and clients' data unencrypted. Begin it with "
            f"{_encrypted(plugin, scheme)}:// and leave out mode=insecure."
        )


def _is_plain(plugin: Any, scheme: str) -> bool:
    if scheme not in _several(plugin.protocol) or scheme in _several(plugin.secure_protocol):
        return False
    mode = getattr(plugin, "mode", None)
    return mode not in _HOSTED and not (
        mode is None and str(getattr(plugin, "notify_url", "")).startswith("https://")
    )


def _encrypted(plugin: Any, scheme: str) -> str:
    return next((name for name in _several(plugin.secure_protocol) if name.startswith(scheme)), "another scheme")


def _several(protocol: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    if protocol is None:
        return ()
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)
