"""An email's HTML made fit to be shown in a frame, with its own pictures."""

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

_DROPPED_WHOLE = frozenset({"script", "iframe", "object", "template"})
_DROPPED_TAGS = frozenset({"base", "embed", "link", "meta"})
_LINK_SCHEMES = ("http:", "https:", "mailto:", "tel:")

POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'"
"""No script, no frame, nothing from elsewhere: a picture on a remote server is not fetched."""

SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""For the frame and for the header: an opaque origin in which only links work, in a new tab."""


def safe_html(html: str, image_url: Callable[[str], str | None]) -> str:
    """Return the HTML with links that open a new tab and `cid:` pictures at `image_url(content_id)`.

    Scripts, event handlers and links of other kinds than web, mail and phone are left out; the
    Content-Security-Policy and the frame's sandbox stand behind that.
    """
    writer = _Writer(image_url)
    writer.feed(html)
    writer.close()
    return "".join(writer.out)


class _Writer(HTMLParser):
    """Copies HTML, changing what must be changed."""

    def __init__(self, image_url: Callable[[str], str | None]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._image_url = image_url
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WHOLE:
            self._inside.append(tag)
        elif not self._inside and tag not in _DROPPED_TAGS:
            self.out.append(f"<{tag}{self._attributes(tag, attrs)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._inside and tag not in _DROPPED_WHOLE | _DROPPED_TAGS:
            self.out.append(f"<{tag}{self._attributes(tag, attrs)}/>")

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            if tag == self._inside[-1]:
                self._inside.pop()
        elif tag not in _DROPPED_TAGS:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._write(f"<!{decl}>")

    def _write(self, text: str) -> None:
        if not self._inside:
            self.out.append(text)

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        kept = {name: self._value(name, value or "") for name, value in attrs if not name.startswith("on")}
        if tag in {"a", "area"}:
            kept |= {"target": "_blank", "rel": "noopener noreferrer"}
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items() if value is not None)

    def _value(self, name: str, value: str) -> str | None:
        """Return what an attribute may say; None leaves it out."""
        if name in {"href", "action", "formaction", "xlink:href"}:
            return value if value.strip().lower().startswith(_LINK_SCHEMES) else None
        if name in {"src", "background"} and value.strip().lower().startswith("cid:"):
            return self._image_url(value.strip()[4:])
        return value
