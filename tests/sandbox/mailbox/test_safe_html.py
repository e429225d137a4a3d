"""An email's HTML is shown as it is, except for what could act."""

import pytest

from sync.sandbox.mailbox.safe_html import safe_html


def shown(html: str) -> str:
    """Return the HTML with the only known picture at /qr."""
    return safe_html(html, {"qr.png": "/qr"}.get)


def test_ordinary_html_is_untouched() -> None:
    """Doctype, styles, entities and comments' surroundings come out as they went in."""
    html = '<!DOCTYPE html><style>p > b {color: red}</style><p style="color: red">1 &lt; 2 &#163;&nbsp;<b>x</b></p>'
    assert shown(html) == html


def test_links_open_a_new_tab_without_a_way_back() -> None:
    """Whatever target a link had, it opens apart and tells nothing of where it came from."""
    assert shown('<a href="https://pay.example/?a=1&amp;b=2" target="_top">x</a>') == (
        '<a href="https://pay.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">x</a>'
    )


def test_pictures_come_from_the_email() -> None:
    """A known `cid:` becomes its address; an unknown one loses its source."""
    assert shown('<img src="cid:qr.png" alt="QR">') == '<img src="/qr" alt="QR">'
    assert shown('<img src="CID:qr.png">') == '<img src="/qr">'
    assert shown('<img src="cid:other">') == "<img>"


@pytest.mark.parametrize(
    "html",
    [
        "<script>bad()</script>",
        "<SCRIPT SRC='https://bad.example'></SCRIPT>",
        "<script>bad()",
        "<iframe src='https://bad.example'>bad</iframe>",
        "<object><embed src='bad'>bad</object>",
        "<meta http-equiv='refresh' content='0;url=https://bad.example'>",
        "<base href='https://bad.example'>",
        "<link rel='stylesheet' href='https://bad.example'>",
    ],
)
def test_what_acts_is_left_out(html: str) -> None:
    """Scripts, frames, redirects and outside stylesheets do not come through."""
    assert "bad" not in shown(html)


@pytest.mark.parametrize(
    "html",
    [
        '<p onclick="bad()">x</p>',
        '<a href="javascript:bad()">x</a>',
        '<a href=" java&#10;script:bad()">x</a>',
        '<a href="data:text/html,bad">x</a>',
        '<form action="javascript:bad()">x</form>',
        '<svg onload="bad()"><a xlink:href="javascript:bad()">x</a></svg>',
    ],
)
def test_attributes_that_act_are_left_out(html: str) -> None:
    """The element stays, what it would do does not."""
    assert "bad" not in shown(html)
    assert "x" in shown(html)


def test_a_quote_in_an_attribute_cannot_break_out() -> None:
    """Attributes are written anew, with their quotes escaped."""
    assert shown("<p title='\"><script>bad()</script>'>x</p>") == (
        '<p title="&quot;&gt;&lt;script&gt;bad()&lt;/script&gt;">x</p>'
    )
