"""Settings: what each is, where its value comes from, and how a secret is shown.

A value comes from the first place that has it: the environment (`PAYDESK_` and the key in upper case, `_`
for `.`), what was set in Paydesk, the settings file (`settings.toml` in the data folder), the default.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.contact import normal_email
from store.database import Reader, Tx
from store.errors import BadInput, PaydeskError, StoreError
from store.text import cleaned

SETTINGS_FILE = "settings.toml"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `check` returns the value to keep or raises BadInput."""

    key: str
    help: str
    default: str = ""
    secret: bool = False
    check: Callable[[str], str] = cleaned


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in allowed:
            raise BadInput("value", f"“{value[:40]}” is not possible here. Use one of: {', '.join(allowed)}.")
        return value

    return check


def _switch(value: str) -> str:
    words = {
        "on": "on",
        "yes": "on",
        "true": "on",
        "1": "on",
        "off": "off",
        "no": "off",
        "false": "off",
        "0": "off",
    }
    if value.lower() not in words:
        raise BadInput("value", f"“{value[:40]}” is neither on nor off.")
    return words[value.lower()]


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", value):
        raise BadInput("value", f"“{value[:40]}” is not a currency. Use three letters, such as GBP.")
    return value.upper()


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("value", f"“{value[:40]}” is not a time zone. Use one such as Europe/London.") from error
    return value


def _optional_email(value: str) -> str:
    return normal_email(value) if value else ""


def _with_place(place: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value and ("://" not in value or place not in value):
            raise BadInput("value", f"This must be an Apprise URL with {place} where the address goes.")
        return value

    return check


def _web_address(value: str) -> str:
    if value and not re.match(r"https?://\S+$", value):
        raise BadInput("value", f"“{value[:60]}” is not a web address. It starts with https://.")
    return value.rstrip("/")


def _targets(value: str) -> str:
    parts = [part for part in re.split(r"[\s,]+(?=[a-z0-9]+://)", value) if part]
    for part in parts:
        if "://" not in part:
            raise BadInput(
                "value",
                "Each target is an Apprise URL, such as mailto://… or ntfy://…; put spaces between them.",
            )
    return " ".join(parts)


SETTINGS: dict[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting("clinic.name", "The clinic's display name, in emails, SMS and on the pay page", "Your clinic"),
        Setting(
            "clinic.support_email",
            "Where clients' questions go; Reply-To of every email",
            check=_optional_email,
        ),
        Setting("clinic.currency", "Currency of every price, three letters", "GBP", check=_currency),
        Setting("clinic.zone", "Time zone in which times are shown", "Europe/London", check=_zone),
        Setting("clinic.number_prefix", "What an invoice number starts with", "INV-"),
        Setting(
            "gateway.kind",
            "Payment provider: stripe or coherent",
            "stripe",
            check=_one_of("stripe", "coherent"),
        ),
        Setting("gateway.url", "The provider's address; empty is the provider's own", check=_web_address),
        Setting("gateway.key", "The provider's secret key", secret=True),
        Setting("gateway.allowed_hosts", "Further hosts on which the provider's payment pages may lie"),
        Setting("gateway.klarna", "Whether clients may pay with Klarna: on or off", "on", check=_switch),
        Setting(
            "email.url",
            "Apprise URL that sends email, with {email} in it",
            secret=True,
            check=_with_place("{email}"),
        ),
        Setting(
            "sms.url",
            "Apprise URL that sends SMS, with {mobile} in it",
            secret=True,
            check=_with_place("{mobile}"),
        ),
        Setting(
            "notify.payment_link_paid.enabled",
            "Tell the clinic when a link is paid: on or off",
            "off",
            check=_switch,
        ),
        Setting(
            "notify.payment_link_paid.targets",
            "Apprise URLs that are told when a link is paid, with spaces between them",
            secret=True,
            check=_targets,
        ),
        Setting("sandbox.embedded", "Start the sandbox beside the desk: on or off", "off", check=_switch),
        Setting("desk.theme", "The desk's colour theme", "paydesk-dark"),
    )
}

_VARIABLES = {key: "PAYDESK_" + key.upper().replace(".", "_") for key in SETTINGS}


class Settings(Mapping[str, str]):
    """The settings in force, as one frozen mapping of every key to its value."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def on(self, key: str) -> bool:
        """Tell whether a switch is on."""
        return self._values[key] == "on"

    def list_of(self, key: str) -> list[str]:
        """Return a setting that holds several values."""
        return self._values[key].split()


def ours(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment's variables that are settings."""
    return {name: environment[name] for name in _VARIABLES.values() if name in environment}


def load(reader: Reader, folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in force for the data folder. Raises BadInput or StoreError with the place to mend."""
    environment = ours() if environment is None else environment
    kept = tuple(map(tuple, reader.all("SELECT key, value FROM settings")))
    told = tuple((name, environment[name]) for name in _VARIABLES.values() if name in environment)
    path = folder / SETTINGS_FILE
    return _combined(told, kept, path, _content(path))


@lru_cache(maxsize=4)
def _combined(
    told: tuple[tuple[str, str], ...], kept: tuple[tuple[str, str], ...], path: Path, content: bytes | None
) -> Settings:
    """Return what the three places say together; the same words are checked once."""
    environment, in_desk = dict(told), dict(kept)
    written = {} if content is None else _parsed(path, content)
    values = {}
    for key, setting in SETTINGS.items():
        for place, source in (
            (_VARIABLES[key], environment.get(_VARIABLES[key])),
            (key, in_desk.get(key)),
            (SETTINGS_FILE, written.get(key)),
        ):
            if source is not None:
                values[key] = _checked(setting, source, place)
                break
        else:
            values[key] = setting.default
    return Settings(values)


def named(reader: Reader, folder: Path) -> bool:
    """Tell whether somebody has said what the clinic is called: until then this is a first start."""
    kept = reader.value("SELECT 1 FROM settings WHERE key = 'clinic.name'")
    return bool(kept) or load(reader, folder)["clinic.name"] != SETTINGS["clinic.name"].default


def put(tx: Tx, key: str, value: str) -> str:
    """Set one setting in the data file and return the value kept. Raises BadInput."""
    setting = known(key)
    kept = setting.check(cleaned(value))
    tx.run(
        "INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value",
        key=key,
        value=kept,
    )
    return kept


def known(key: str) -> Setting:
    """Return the setting called `key`. Raises BadInput with the keys there are."""
    if key not in SETTINGS:
        raise BadInput("key", f"There is no setting “{cleaned(key)[:60]}”. `paydesk settings get` lists them all.")
    return SETTINGS[key]


def shown(key: str, value: str) -> str:
    """Return a value as it may be printed: a secret only by its first and last letters."""
    if not SETTINGS[key].secret or not value:
        return value
    return " ".join(masked(part) for part in value.split())


def masked(secret: str) -> str:
    """Return enough of a secret to recognise it and too little to use it."""
    scheme, found, rest = secret.partition("://")
    if found:
        return f"{scheme}://…"
    return f"{secret[:3]}…{secret[-4:]}" if len(rest or secret) >= 16 else "…"


def _checked(setting: Setting, value: str, place: str) -> str:
    try:
        return setting.check(cleaned(value))
    except PaydeskError as error:
        raise BadInput(setting.key, f"{place}: {error}") from error


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"The settings file {path} cannot be read: {error.strerror}.") from error


def _parsed(path: Path, content: bytes) -> dict[str, str]:
    import tomllib

    try:
        tree = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"The settings file {path} is not valid TOML: {error}.") from error
    found = dict(_flat(tree))
    for key in found:
        if key not in SETTINGS:
            raise StoreError(f"The settings file {path} has a key that is no setting: {cleaned(key)[:60]}.")
    return found


def _flat(tree: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            pairs.append((prefix + name, " ".join(map(str, value))))
        else:
            pairs.append(
                (
                    prefix + name,
                    {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value),
                )
            )
    return pairs
