"""Stripe's form encoding: `line_items[0][price_data][currency]=gbp&types[]=a` as nested values.

https://docs.stripe.com/api: form-encoded request bodies, JSON answers.
"""

import re
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from sync.sandbox.stripe_dialect.errors import StripeError

Value: TypeAlias = str | list[Any] | dict[str, Any]

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_DEEPEST = 10
LONGEST_INDEX = 10
"""Digits; what is longer is a name and no place in a list."""
_PART = re.compile(r"\[([^\[\]]*)\]")


def parse(encoded: str) -> dict[str, Value]:
    """Return the parameters, nested. Raises StripeError for brackets that do not match."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True, errors="replace"):
        shape = _KEY.fullmatch(key)
        if shape is None:
            raise StripeError(f"Invalid parameter name: {key}")
        path = [shape[1], *_PART.findall(shape[2])]
        if len(path) > _DEEPEST:
            raise StripeError(f"Invalid parameter name: {key[:50]}…")
        _put(tree, path, value, key)
    return {name: _lists(value) for name, value in tree.items()}


def _put(tree: dict[str, Any], path: list[str], value: str, key: str) -> None:
    """Hang a value into the tree; `[]` is the next free place."""
    *branches, leaf = path
    for branch in branches:
        tree = tree.setdefault(branch or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise StripeError(f"Invalid parameter: {key} is both a value and a hash", param=key)
    tree[leaf or str(len(tree))] = value


def _lists(value: Any) -> Value:
    """Turn hashes whose keys are all numbers into lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return str(value)
    if all(name.isascii() and name.isdigit() and len(name) < LONGEST_INDEX for name in value):
        return [_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _lists(part) for name, part in value.items()}
