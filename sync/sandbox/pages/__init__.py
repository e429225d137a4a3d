"""The sandbox's pages: one stylesheet, and templates in which every value is text unless said otherwise."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

FOLDER = Path(__file__).parent

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?)]}'’”…"


def render(name: str, **context: object) -> str:
    """Return a page as HTML. Raises jinja2.UndefinedError when the template needs a value that is missing."""
    return _environment().get_template(name).render(context)


def linkify(text: str) -> Markup:
    """Return text as HTML in which web addresses can be clicked, without the punctuation after them."""
    pieces, end = [], 0
    for found in _WEB_ADDRESS.finditer(text):
        address = found.group().rstrip(_AFTER_ADDRESS)
        pieces.append(escape(text[end : found.start()]))
        pieces.append(Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>').format(address))
        end = found.start() + len(address)
    return Markup("").join([*pieces, escape(text[end:])])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["linkify"] = linkify
    return environment
