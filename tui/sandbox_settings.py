"""The settings that send everything to the sandbox; what a person pointed elsewhere stays there."""

from pathlib import Path

from store import settings
from store.database import Tx
from store.setting_list import NOTICES
from tui.sandbox_process import Addresses

KEY = "sk_test_demo_not_a_real_key"
LOOPBACK = "127.0.0.1"
SENDER = "desk@example.com"


def point_at_sandbox(tx: Tx, folder: Path, addresses: Addresses) -> None:
    """Set what is not set yet, and renew what names an earlier address of the sandbox."""
    chosen = settings.load(tx, folder)
    own_gateway = not chosen["gateway.url"] and chosen["gateway.key"] not in {"", KEY}
    wanted = {
        "gateway.key": chosen["gateway.key"] or KEY,
        "gateway.url": chosen["gateway.url"] if own_gateway else _renewed(chosen["gateway.url"], addresses.gateway),
        "email.url": _renewed(chosen["email.url"], email_url(addresses)),
        "sms.url": _renewed(chosen["sms.url"], sms_url(addresses)),
    }
    for kind in NOTICES:
        key = f"notify.{kind}.targets"
        wanted[key] = " ".join(_moved(target, addresses) for target in chosen.list_of(key))
    for key, value in wanted.items():
        if value != chosen[key]:
            settings.put(tx, key, value)


def email_url(addresses: Addresses) -> str:
    """Return the Apprise URL of the sandbox's mail server."""
    return f"mailto://{addresses.smtp}?from={SENDER}&to={{email}}&mode=insecure"


def sms_url(addresses: Addresses) -> str:
    """Return the Apprise URL of the sandbox's SMS endpoint."""
    return f"{addresses.gateway.replace('http://', 'json://')}/sms?:to={{mobile}}"


def notify_url(addresses: Addresses, address: str) -> str:
    """Return the Apprise URL that emails the clinic at the sandbox."""
    return f"mailto://{addresses.smtp}/{address}?from={SENDER}&mode=insecure"


def _renewed(current: str, wanted: str) -> str:
    return wanted if not current or LOOPBACK in current else current


def _moved(target: str, addresses: Addresses) -> str:
    """Return a notification target with the mail server's present port."""
    start = f"mailto://{LOOPBACK}:"
    if not target.startswith(start):
        return target
    return f"mailto://{addresses.smtp}/{target.removeprefix(start).partition('/')[2]}"
