"""Reading parameters one by one, with Stripe's refusal for each way of being wrong."""

from collections.abc import Iterable
from typing import Any

from sync.sandbox.stripe_dialect.errors import StripeError

_METADATA_KEYS, _METADATA_NAME, _METADATA_VALUE = 50, 40, 500
"""https://docs.stripe.com/api/metadata."""


class Params:
    """The parameters of one request, or of one hash inside them; every reader marks a name as known."""

    def __init__(self, values: dict[str, Any], path: str = "") -> None:
        self._values = values
        self._path = path
        self._known: set[str] = set()
        self._children: list[Params] = []

    def name(self, key: str) -> str:
        """Return the full name of a parameter, such as `line_items[0][quantity]`."""
        return f"{self._path}[{key}]" if self._path else key

    def has(self, key: str) -> bool:
        """Whether the parameter was sent."""
        return key in self._values

    def text(self, key: str, *, longest: int = 5000) -> str | None:
        """Return a text, or None when it was not sent."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise StripeError(f"Invalid string: {value}", param=self.name(key))
        if len(value) > longest:
            raise StripeError(
                f"Invalid string: {value[:10]}...{value[-10:]}; must be at most {longest} characters",
                param=self.name(key),
            )
        return value

    def needed(self, key: str, *, longest: int = 5000) -> str:
        """Return a text that must be there and not be empty."""
        value = self.text(key, longest=longest)
        if value is None:
            raise self.absent(key)
        if not value:
            raise StripeError(
                f"You passed an empty string for '{self.name(key)}'. We assume empty values are an attempt "
                f"to unset a parameter; however '{self.name(key)}' cannot be unset. You should remove "
                f"'{self.name(key)}' from your request or supply a non-empty value.",
                code="parameter_invalid_empty",
                param=self.name(key),
            )
        return value

    def absent(self, key: str) -> StripeError:
        """Return the error for a parameter that must be there."""
        name = self.name(key)
        return StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)

    def integer(self, key: str, *, least: int = 0, most: int = 10**9) -> int | None:
        """Return a whole number in a range, or None when it was not sent."""
        value = self.text(key)
        if value is None:
            return None
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            raise self._bad_integer(f"Invalid integer: {value}", key)
        number = int(value)
        if number < least:
            raise self._bad_integer(f"This value must be greater than or equal to {least}.", key)
        if number > most:
            message = f"This value must be less than or equal to {most} (it currently is '{number}')."
            raise self._bad_integer(message, key)
        return number

    def _bad_integer(self, message: str, key: str) -> StripeError:
        return StripeError(message, code="parameter_invalid_integer", param=self.name(key))

    def boolean(self, key: str) -> bool | None:
        """Return `true` or `false`, or None when it was not sent."""
        value = self.text(key)
        if value not in {None, "true", "false"}:
            raise StripeError(f"Invalid boolean: {value}", param=self.name(key))
        return None if value is None else value == "true"

    def choice(self, key: str, choices: Iterable[str]) -> str | None:
        """Return one of some words, or None when it was not sent."""
        value = self.text(key)
        if value is not None and value not in set(choices):
            raise self.not_one_of(self.name(key), choices)
        return value

    @staticmethod
    def not_one_of(name: str, choices: Iterable[str]) -> StripeError:
        """Return the error for a word that is not among `choices`."""
        *most, last = choices
        return StripeError(f"Invalid {name}: must be one of {', '.join(most)}, or {last}", param=name)

    def texts(self, key: str, *, most: int = 100) -> list[str] | None:
        """Return a list of texts, or None when it was not sent; an empty text sent for it is an empty list."""
        value = self._take(key)
        if value is None:
            return None
        if value == "":
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise StripeError("Invalid array", param=self.name(key))
        if len(value) > most:
            raise StripeError(
                f"Array {self.name(key)} exceeded maximum {most} allowed elements.", param=self.name(key)
            )
        return value

    def child(self, key: str) -> "Params | None":
        """Return the hash of that name, or None when it was not sent."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise StripeError("Invalid hash", param=self.name(key))
        return self._adopt(value, self.name(key))

    def children(self, key: str) -> list["Params"]:
        """Return the hashes of a list; none when it was not sent."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise StripeError("Invalid array", param=self.name(key))
        return [self._adopt(item, f"{self.name(key)}[{index}]") for index, item in enumerate(value)]

    def metadata(self, key: str = "metadata") -> dict[str, str] | None:
        """Return metadata, or None when it was not sent; an empty value asks to unset its key."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, list):
            value = {str(index): item for index, item in enumerate(value)}
        if value == "":
            return {}
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise StripeError("Metadata values must be strings", param=self.name(key))
        self._check_metadata(value, key)
        return value

    def _check_metadata(self, values: dict[str, str], key: str) -> None:
        if len(values) > _METADATA_KEYS:
            raise StripeError(f"Metadata can have at most {_METADATA_KEYS} keys", param=self.name(key))
        for name, text in values.items():
            if len(name) > _METADATA_NAME:
                message = f"Metadata keys must be at most {_METADATA_NAME} characters"
                raise StripeError(message, param=self.name(key))
            if len(text) > _METADATA_VALUE:
                message = (
                    f"Metadata values can have up to {_METADATA_VALUE} characters, "
                    f"but you passed in a value that is {len(text)} characters."
                )
                raise StripeError(message, param=f"{self.name(key)}[{name}]")

    def finish(self) -> None:
        """Refuse what no reader asked for."""
        for key in self._values:
            if key not in self._known:
                name = self.name(key)
                raise StripeError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
        for child in self._children:
            child.finish()

    def _take(self, key: str) -> Any:
        self._known.add(key)
        return self._values.get(key)

    def _adopt(self, values: dict[str, Any], path: str) -> "Params":
        child = Params(values, path)
        self._children.append(child)
        return child
