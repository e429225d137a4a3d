"""Words in braces that stand for something else, such as {clinic}, and putting that in their place."""

import re
from collections.abc import Iterable, Mapping

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


def placeholders(text: str) -> list[str]:
    """Return the words in braces, each once, in the order in which they come."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with the values in place; a word in braces without one stays, and values are not read."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def without_empty_lines(text: str, values: Mapping[str, str], optional: Iterable[str]) -> str:
    """Return the text without the lines that would say nothing: those with an `optional` word that has no value."""
    missing = {name for name in optional if not values.get(name)}
    return "\n".join(line for line in text.split("\n") if not missing.intersection(placeholders(line)))
