"""Every key of the desk with the place where it works: what Admin lists, and what the pages of docs/ show."""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from inspect import getmembers, isclass

from textual.binding import Binding
from textual.dom import DOMNode

from tui import screens, widgets
from tui.widgets.key_bar import key_name

PLACES = (screens, widgets)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that one class brings: `owner` is its name, `bindings` those that have an id."""

    owner: str
    bindings: tuple[Binding, ...]


@lru_cache(maxsize=1)
def all_keys() -> dict[str, Keys]:
    """Return the keys of every screen, dialog and widget by the name of its class; loads them all."""
    found = {cls.__name__: _keys(cls) for cls in _classes()}
    return {name: keys for name, keys in sorted(found.items()) if keys.bindings}


def row(binding: Binding) -> tuple[str, str, str]:
    """Return the key as it stands on a keyboard, what it does, and the name by which Admin changes it."""
    told = binding.tooltip or f"{binding.description[:1].upper()}{binding.description[1:]}"
    return key_name(binding), told, binding.id or ""


def _keys(cls: type[DOMNode]) -> Keys:
    return Keys(cls.__name__, tuple(_named(cls)))


def _named(cls: type[DOMNode]) -> Iterator[Binding]:
    """Yield a class's own bindings that have an id and say what they do."""
    for binding in vars(cls).get("BINDINGS", ()):
        if isinstance(binding, Binding) and binding.id and (binding.tooltip or binding.description):
            yield binding


def _classes() -> Iterator[type[DOMNode]]:
    from tui.app import PaydeskApp

    yield PaydeskApp
    for package in PLACES:
        for module_info in pkgutil.iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{module_info.name}")
            for _, cls in getmembers(module, isclass):
                if issubclass(cls, DOMNode) and cls.__module__ == module.__name__:
                    yield cls
