"""The templates that every part of the sandbox uses: what a client and a new user read there."""

from typing import Any

import pytest

from sync.sandbox.pages import linkify, render

MARKUP = '<img src=x onerror=alert(1)> & "quoted" עברית'


def pay(**changes: Any) -> str:
    """Return the pay page of an open link, with changes."""
    context: dict[str, Any] = {
        "clinic": "Riverside Clinic",
        "title": "Invoice INV-000124",
        "amount": "£120.00",
        "code": "K7Q-42M",
        "state": "open",
        "methods": ["card", "apple_pay", "google_pay", "klarna"],
        "message": None,
        "action": "/pay/plink_1",
        "session": "cs_1",
        "paid_with": None,
        "paid_at": None,
    }
    return render("pay.html", **context | changes)


def test_an_open_link_is_paid_with_one_tap() -> None:
    """Each method is one button of a form that already says `succeed`."""
    page = pay()
    assert 'action="/pay/plink_1"' in page
    assert '<input type="hidden" name="outcome" value="succeed">' in page
    for method in ("card", "apple_pay", "google_pay", "klarna"):
        assert f'name="method" value="{method}"' in page
    for words in ("£120.00", "Riverside Clinic", "Invoice INV-000124", "K7Q-42M", "no real money moves"):
        assert words in page


def test_declining_and_leaving_are_a_disclosure_away() -> None:
    """The bank's no and the client's change of mind are buttons of their own."""
    page = pay()
    assert 'name="outcome" value="decline"' in page
    assert 'name="outcome" value="abandon"' in page
    assert page.count('name="session" value="cs_1"') == 2


def test_only_the_methods_of_the_link_are_offered() -> None:
    """A clinic without Klarna shows no Klarna, and no empty row of wallets."""
    page = pay(methods=["card"])
    assert "Klarna" not in page
    assert "Apple Pay" not in page
    assert 'class="wallets"' not in page


def test_a_refusal_of_the_bank_is_said_first() -> None:
    """The message of a declined try is announced, and one can try again at once."""
    page = pay(message="The bank said no. Nothing was taken.")
    assert page.index('role="alert"') < page.index('name="method"')
    assert "The bank said no. Nothing was taken." in page


def test_a_paid_link_says_how_and_when_and_takes_nothing() -> None:
    """Paid shows the method by its name and the time, and has no form."""
    page = pay(state="paid", methods=[], paid_with="apple_pay", paid_at="22 Nov 2026, 14:05")
    assert "<h1>Paid</h1>" in page
    assert "Apple Pay" in page
    assert "22 Nov 2026, 14:05" in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("inactive", "This link is not active"),
        ("expired", "This link has expired"),
        ("unknown", "We do not know this link"),
    ],
)
def test_a_link_that_takes_nothing_says_why(state: str, words: str) -> None:
    """Each ending has its words, the clinic's own message where there is one, and no form."""
    page = pay(state=state)
    assert words in page
    assert "<form" not in page
    assert "Ask at the desk." in pay(state=state, message="Ask at the desk.")


def test_an_unknown_link_needs_no_clinic() -> None:
    """Nothing is known about it, so nothing is invented."""
    page = pay(state="unknown", clinic="", title="", amount="", code=None)
    assert "We do not know this link" in page
    assert 'class="payee"' not in page


@pytest.mark.parametrize("field", ["clinic", "title", "code", "message", "session", "action", "paid_at"])
@pytest.mark.parametrize("state", ["open", "paid", "expired"])
def test_markup_in_names_stays_text(field: str, state: str) -> None:
    """No value of a pay page can become an element or leave its attribute."""
    page = pay(**{field: MARKUP, "state": state})
    assert "<img" not in page
    assert '"quoted"' not in page


def index(**changes: Any) -> str:
    """Return the sandbox's first page, with changes."""
    context: dict[str, Any] = {
        "address": "http://127.0.0.1:8787",
        "smtp_address": "127.0.0.1:2525",
        "faults": [
            {"name": "offline", "label": "Cut the line", "help": "Nothing answers.", "on": True, "value": None},
            {"name": "slow", "label": "Slow", "help": "Seconds.", "on": False, "value": "2.5"},
        ],
        "links": [{"title": "INV-1", "amount": "£1.00", "state": "open", "url": "/p/1", "created": "14:02"}],
        "counts": {"links": 1},
    }
    return render("index.html", **context | changes)


def test_the_first_page_says_where_and_what() -> None:
    """Addresses, links with their state, and the way to the client's phone are on it."""
    page = index()
    for words in ("http://127.0.0.1:8787", "127.0.0.1:2525", 'href="/phone"', 'href="/p/1"', "no real money"):
        assert words in page


def test_each_fault_is_a_switch_that_says_its_state() -> None:
    """A switch posts the opposite of what stands; a fault with a value carries its field."""
    page = index()
    assert page.count('action="/faults"') == 2
    assert 'name="on" value="" role="switch" aria-checked="true"' in page
    assert 'name="on" value="1" role="switch" aria-checked="false"' in page
    assert 'name="value" value="2.5"' in page


def test_a_fault_without_a_value_has_no_field_and_one_with_choices_a_list() -> None:
    """Only what can be chosen is asked, and the choice that stands is the one shown."""
    fault = {"name": "error", "label": "Error", "help": "Answers 500.", "on": False, "value": ""}
    assert 'name="value"' not in index(faults=[fault])
    chosen = index(faults=[fault | {"value": "after", "choices": ("before", "after")}])
    assert "<option>before</option>" in chosen
    assert "<option selected>after</option>" in chosen


def test_the_first_page_stands_empty() -> None:
    """Before the first link, the page says that it will come."""
    assert "No links yet." in index(links=[], counts={}, faults=[])


def test_markup_on_the_first_page_stays_text() -> None:
    """An invoice's title with markup is text there too."""
    link = {"title": MARKUP, "amount": MARKUP, "state": MARKUP, "url": "/p", "created": MARKUP}
    assert "<img" not in index(links=[link])


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("no address", "no address"),
        ("<b>", "&lt;b&gt;"),
        (
            "(see https://a.example/x).",
            '(see <a href="https://a.example/x" target="_blank" rel="noopener">https://a.example/x</a>).',
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        (
            'https://a.example/"onclick=x',
            '<a href="https://a.example/" target="_blank" rel="noopener">https://a.example/</a>&#34;onclick=x',
        ),
    ],
)
def test_addresses_in_text_become_links(text: str, html: str) -> None:
    """Only web addresses become links, without the punctuation after them; the rest is escaped."""
    assert linkify(text) == html
