"""`paydesk catalogue`."""

from typing import Any

import pytest

from tests.tui.cli.conftest import Paydesk


@pytest.fixture
def item(paydesk: Paydesk) -> Any:
    """Return a consultation that was added."""
    words = ("--name", "Consultation", "--price", "£120.00", "--vat", "20%", "--code", "C30")
    return paydesk("catalogue", "add", *words, "--json").document


def test_an_item_is_added_and_listed(paydesk: Paydesk, item: Any) -> None:
    """Price in pence, rate in per cent; lines for people."""
    assert item == {
        "id": item["id"],
        "name": "Consultation",
        "code": "C30",
        "price": 12_000,
        "vat_rate": 20,
        "active": True,
    }
    paydesk("catalogue", "add", "--name", "Follow-up", "--price", "0", "--vat", "17.5")
    assert [each["vat_rate"] for each in paydesk("catalogue", "list", "--json").document] == [20, 17.5]
    assert paydesk("catalogue", "list", "--search", "con").out == f"{item['id']}  C30  Consultation  £120.00  20%\n"


def test_only_what_is_named_is_changed(paydesk: Paydesk, item: Any) -> None:
    """By code, in capitals or not, or by id; a price may become nothing and a code be taken away."""
    changed = paydesk("catalogue", "change", "c30", "--price", "125", "--json").document
    assert changed == {**item, "price": 12_500}
    changed = paydesk(
        "catalogue", "change", item["id"], "--name", "Free talk", "--price", "0", "--vat", "0", "--code", "", "--json"
    ).document
    assert changed == {**item, "name": "Free talk", "price": 0, "vat_rate": 0, "code": ""}


def test_an_item_is_switched_off_and_on(paydesk: Paydesk, item: Any) -> None:
    """Off it is listed with --all only, and can still be named."""
    assert paydesk("catalogue", "off", "C30").out.endswith("20%  off\n")
    assert paydesk("catalogue", "list", "--json").document == []
    assert paydesk("catalogue", "list", "--all", "--json").document == [{**item, "active": False}]
    assert paydesk("catalogue", "on", item["id"], "--json").document == item


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "--name", "", "--price", "1", "--vat", "0"), "Type the name"),
        (("add", "--name", "X", "--price", "1,5", "--vat", "0"), "is not an amount"),
        (("add", "--name", "X", "--price", "1", "--vat", "101"), "is not a VAT rate"),
        (("add", "--name", "X", "--price", "1", "--vat", "0", "--code", "c30"), "is the code of Consultation"),
        (("change", "C31", "--price", "1"), "no item C31 in the catalogue"),
        (("off", ""), "no item"),
    ],
)
def test_what_will_not_do_is_refused(paydesk: Paydesk, item: Any, words: tuple[str, ...], why: str) -> None:
    """One line says why, and nothing is changed."""
    ran = paydesk("catalogue", *words, "--json")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert why in ran.err
    assert paydesk("catalogue", "list", "--all", "--json").document == [item]
