"""Colour themes from TOML files: ours beside the layout, a person's own in the data folder."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from textual.color import Color, ColorParseError
from textual.theme import Theme

import themes
from store.text import cleaned

SHIPPED = Path(themes.__file__).parent
DEFAULT = "paydesk-dark"
_COLOURS = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "success",
    "warning",
    "error",
)


class BadTheme(Exception):
    """A theme file does not say what a theme must say; the text says what to mend where."""


@dataclass(frozen=True, slots=True)
class NamedTheme:
    """A theme and the title that people choose it by."""

    title: str
    theme: Theme


def layout(name: str) -> Path:
    """Return the path of the layout file `name`, such as `pos.tcss`."""
    return SHIPPED / name


def shipped() -> Iterator[NamedTheme]:
    """Yield our own themes, dark, light, high contrast."""
    for name in (DEFAULT, "paydesk-light", "paydesk-contrast"):
        yield read(SHIPPED / f"{name}.toml")


def in_folder(folder: Path) -> tuple[list[NamedTheme], list[str]]:
    """Return the themes in the data folder's `themes`, and what is wrong with those that will not do."""
    good: list[NamedTheme] = []
    wrong: list[str] = []
    for path in sorted((folder / "themes").glob("*.toml")):
        try:
            good.append(read(path))
        except BadTheme as error:
            wrong.append(str(error))
    return good, wrong


def read(path: Path) -> NamedTheme:
    """Read one theme file. Raises BadTheme with the file's name and what to mend."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadTheme(f"The theme {path.name} cannot be read: {cleaned(str(error))[:200]}") from error
    name = tree.pop("name", path.stem)
    title = tree.pop("title", name)
    dark = tree.pop("dark", True)
    variables = tree.pop("variables", {})
    if "primary" not in tree:
        raise BadTheme(f"The theme {path.name} has no primary colour.")
    if unknown := sorted(set(tree) - set(_COLOURS)):
        raise BadTheme(f"The theme {path.name} sets {unknown[0]!r}, which is no part of a theme.")
    if not isinstance(variables, dict):
        raise BadTheme(f"The theme {path.name}: variables must be a table.")
    for key, value in tree.items():
        _checked(path, key, value)
    return NamedTheme(
        str(title),
        Theme(str(name), dark=bool(dark), variables={k: str(v) for k, v in variables.items()}, **tree),
    )


def _checked(path: Path, key: str, value: object) -> None:
    try:
        Color.parse(str(value))
    except ColorParseError as error:
        raise BadTheme(f"The theme {path.name}: {key} = {value!r} is no colour. Use one such as #5cc8b4.") from error
