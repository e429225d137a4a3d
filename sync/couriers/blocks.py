"""The body of an email to a client, cut into the parts that its HTML draws differently.

Paragraphs are separated by blank lines. The one that holds {url} goes with the button, the one that holds {code} into
the box that tells how to check; {support} and the clinic's name at the end go to the foot. All others stay text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from store.placeholders import PLACEHOLDER, placeholders, without_empty_lines
from store.templates import OPTIONAL

Kind = Literal["text", "pay", "check", "foot"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph: its lines as safe HTML, and where it belongs."""

    kind: Kind
    lines: tuple[Markup, ...]

    @property
    def heading(self) -> Markup:
        """The first line where it is a question over others, else nothing."""
        return self.lines[0] if len(self.lines) > 1 and self.lines[0].endswith("?") else Markup()

    @property
    def rest(self) -> tuple[Markup, ...]:
        """The lines under the heading."""
        return self.lines[1:] if self.heading else self.lines


def blocks(body: str, values: Mapping[str, str], *, asks: bool) -> list[Block]:
    """Return the paragraphs of a template with the values in place; `asks`: it asks for money by a link."""
    found: list[Block] = []
    for paragraph in body.split("\n\n"):
        kind = _kind(paragraph, {block.kind for block in found}, asks=asks)
        lines = without_empty_lines(paragraph, values, OPTIONAL).split("\n")
        shown = [line for line in lines if line and not (kind == "pay" and line == "{url}")]
        if shown or kind == "pay":
            found.append(Block(kind, tuple(_html(line, values) for line in shown)))
    return found


def _kind(paragraph: str, before: set[Kind], *, asks: bool) -> Kind:
    names = placeholders(paragraph)
    if asks and "url" in names and "pay" not in before:
        return "pay"
    if asks and "code" in names and "check" not in before:
        return "check"
    return "foot" if "support" in names or paragraph == "{clinic}" else "text"


def _html(line: str, values: Mapping[str, str]) -> Markup:
    """Return a line as HTML in which nothing that somebody typed is markup."""
    parts: list[Markup] = []
    end = 0
    for found in PLACEHOLDER.finditer(line):
        parts += [escape(line[end : found.start()]), _value(found[1], values)]
        end = found.end()
    return Markup().join([*parts, escape(line[end:])])


def _value(name: str, values: Mapping[str, str]) -> Markup:
    """Return a value by itself, so that its direction of writing does not move the words beside it."""
    value = values.get(name)
    if value is None:
        return escape(f"{{{name}}}")
    if name == "support":
        return Markup('<a class="link" href="mailto:{0}" style="color:#0f6f61;">{0}</a>').format(value)
    if name == "url":
        return Markup('<a class="link" href="{0}" style="color:#0f6f61; word-break:break-all;">{0}</a>').format(value)
    if name == "code":
        return Markup("<strong>{}</strong>").format(value)
    return Markup("<bdi>{}</bdi>").format(value)
