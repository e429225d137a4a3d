"""Settings: what each is, where its value comes from, and how a secret is shown.

A value comes from the first place that has it: the environment (`PAYDESK_` and the key in upper case, `_`
for `.`), what was set in Paydesk, the settings file (`settings.toml` in the data folder), the default.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from store.database import Reader, Tx
from store.errors import BadInput, PaydeskError, StoreError
from store.private import refuse_others
from store.setting_checks import Setting
from store.setting_list import SETTINGS
from store.text import cleaned

SETTINGS_FILE = "settings.toml"
PIN_VARIABLES = frozenset({"PAYDESK_PIN", "PAYDESK_NEW_PIN"})


_VARIABLES = {key: "PAYDESK_" + key.upper().replace(".", "_") for key in SETTINGS}


Place = Literal["environment", "desk", "file", "default"]
"""Where a value comes from: a variable of the environment, Paydesk itself, the settings file, or nobody set it."""


class Settings(Mapping[str, str]):
    """The settings in force, as one frozen mapping of every key to its value."""

    def __init__(self, values: Mapping[str, str], places: Mapping[str, Place] | None = None) -> None:
        self._values = dict(values)
        self._places = dict(places or {})

    def __getitem__(self, key: str) -> str:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def where(self, key: str) -> Place:
        """Return where a value comes from; what the environment sets cannot be changed in Paydesk."""
        return self._places.get(key, "default")

    def on(self, key: str) -> bool:
        """Tell whether a switch is on."""
        return self._values[key] == "on"

    def list_of(self, key: str) -> list[str]:
        """Return a setting that holds several values."""
        return self._values[key].split()


def ours(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment's variables that are settings."""
    return {name: environment[name] for name in _VARIABLES.values() if name in environment}


def without_secrets(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return an environment for another program to run in: without our secrets and PINs."""
    ours_alone = {name for key, name in _VARIABLES.items() if SETTINGS[key].secret} | PIN_VARIABLES
    return {name: value for name, value in environment.items() if name not in ours_alone}


def load(reader: Reader, folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in force for the data folder. Raises BadInput or StoreError with the place to mend."""
    environment = ours() if environment is None else environment
    kept = tuple(map(tuple, reader.all("SELECT key, value FROM settings")))
    told = tuple((name, environment[name]) for name in _VARIABLES.values() if name in environment)
    path = folder / SETTINGS_FILE
    content, mode = _content(path)
    return _combined(told, kept, path, content, mode)


@lru_cache(maxsize=4)
def _combined(
    told: tuple[tuple[str, str], ...],
    kept: tuple[tuple[str, str], ...],
    path: Path,
    content: bytes | None,
    mode: int,
) -> Settings:
    """Return what the three places say together; the same words are checked once."""
    environment, in_desk = dict(told), dict(kept)
    written = {} if content is None else _parsed(path, content)
    if mode & stat.S_IWOTH or any(SETTINGS[key].secret and value for key, value in written.items()):
        refuse_others([path], "The settings file")
    values: dict[str, str] = {}
    places: dict[str, Place] = {}
    for key, setting in SETTINGS.items():
        sources: tuple[tuple[Place, str, str | None], ...] = (
            ("environment", _VARIABLES[key], environment.get(_VARIABLES[key])),
            ("desk", key, in_desk.get(key)),
            ("file", SETTINGS_FILE, written.get(key)),
        )
        for place, named_as, source in sources:
            if source is not None:
                values[key] = _checked(setting, source, named_as)
                places[key] = place
                break
        else:
            values[key] = setting.default
    return Settings(values, places)


def named(reader: Reader, folder: Path) -> bool:
    """Tell whether somebody has said what the clinic is called: until then this is a first start."""
    kept = reader.value("SELECT 1 FROM settings WHERE key = 'clinic.name'")
    return bool(kept) or load(reader, folder)["clinic.name"] != SETTINGS["clinic.name"].default


def put(tx: Tx, key: str, value: str) -> str:
    """Set one setting in the data file and return the value kept. Raises BadInput."""
    setting = known(key)
    kept = setting.check(setting.tidied(value))
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
        return setting.check(setting.tidied(value))
    except PaydeskError as error:
        raise BadInput(setting.key, f"{place}: {error}") from error


def _content(path: Path) -> tuple[bytes | None, int]:
    """Return what the settings file holds, and its mode."""
    try:
        with path.open("rb") as file:
            return file.read(), os.fstat(file.fileno()).st_mode
    except FileNotFoundError:
        return None, 0
    except OSError as error:
        raise StoreError(f"The settings file {path} cannot be read: {error.strerror}.") from error


def _parsed(path: Path, content: bytes) -> dict[str, str]:
    import tomllib

    try:
        tree = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise StoreError(f"The settings file {path} is not valid TOML: {cleaned(str(error))[:200]}.") from error
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
