"""Keys that differ from the usual ones: read from the setting `desk.keys`, checked against all keys there are.

Written as `pos.payment=f11 outbox.hold=k`, the name of what is done and its key as Textual calls it.
"""

import re
from collections.abc import Iterator, Mapping

from store.errors import BadInput
from store.text import cleaned
from tui.all_keys import all_keys

_KEY = re.compile(r"f(?:[1-9]|1[0-2])|ctrl\+[a-z]|[a-z]")
TAKEN_BY_TERMINALS = {"ctrl+c", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+z"}
"""They reach a program as another key (Enter, Tab, Backspace), or end or suspend it."""


def parse(text: str) -> dict[str, str]:
    """Return name → key from the setting. Raises BadInput (keys) for what is not written `name=key`."""
    chosen: dict[str, str] = {}
    for part in text.split():
        name, found, key = part.partition("=")
        if not (name and found and key):
            raise BadInput("keys", f"“{cleaned(part)[:40]}” is not a key. Write it such as pos.payment=f11.")
        chosen[name] = key.lower()
    return chosen


def as_text(chosen: Mapping[str, str]) -> str:
    """Return what `parse` reads."""
    return " ".join(f"{name}={key}" for name, key in sorted(chosen.items()))


def changed(chosen: Mapping[str, str], name: str, key: str) -> dict[str, str]:
    """Return the keys with one more changed; an empty `key` brings the usual one back. Raises BadInput (keys)."""
    if name not in _usual():
        raise BadInput("keys", f"There is no key named “{cleaned(name)[:40]}”.")
    others = {other: its for other, its in chosen.items() if other != name}
    if not key:
        return others
    key = key.lower()
    _refuse_unusable(name, key)
    if owner := next(_holders(others, name, key), None):
        raise BadInput("keys", f"{key} is taken by {owner}. Choose another, or change that one first.")
    return {**others, name: key}


def in_force(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the keys of the setting that can be used, and what is wrong with each other one."""
    chosen: dict[str, str] = {}
    wrong: list[str] = []
    for part in text.split():
        try:
            for name, key in parse(part).items():
                chosen = changed(chosen, name, key)
        except BadInput as error:
            wrong.append(f"Key {cleaned(part)[:40]} is left as it was: {error}")
    return chosen, wrong


def _refuse_unusable(name: str, key: str) -> None:
    if not _KEY.fullmatch(key):
        raise BadInput(
            "keys", f"“{cleaned(key)[:20]}” cannot be used. Use f1 to f12, ctrl+ and a letter, or a letter."
        )
    if key in TAKEN_BY_TERMINALS:
        raise BadInput("keys", f"{key} does not reach a program in every terminal. Choose another.")
    if len(key) == 1 and not any(len(usual) == 1 for usual in _usual()[name]):
        raise BadInput("keys", f"{name} works while one types, so it cannot be a letter. Use f1 to f12 or ctrl+.")


def _holders(chosen: Mapping[str, str], name: str, key: str) -> Iterator[str]:
    """Yield the names that have `key` already: letters only in the same place, other keys anywhere."""
    for keys in all_keys().values():
        here = any(binding.id == name for binding in keys.bindings)
        names = {binding.id or "" for binding in keys.bindings} - {name}
        if here or len(key) > 1:
            yield from (other for other in sorted(names) if key in _its_keys(chosen, other))


def _its_keys(chosen: Mapping[str, str], name: str) -> set[str]:
    return set(chosen[name].split(",")) if name in chosen else _usual()[name]


def _usual() -> dict[str, set[str]]:
    """Return each name with its usual keys."""
    found: dict[str, set[str]] = {}
    for keys in all_keys().values():
        for binding in keys.bindings:
            found.setdefault(binding.id or "", set()).update(key.strip() for key in binding.key.split(","))
    return found
