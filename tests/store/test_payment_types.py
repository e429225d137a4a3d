"""Payment types: what a clinic takes money by, and what a manager makes of the list."""

from collections.abc import Callable
from functools import partial

import pytest

from store import credit, payment_types
from store.database import Tx
from store.errors import BadInput, NeedsManager, NotFound, Refused
from store.models import PaymentType
from store.payment_types import Kind
from tests.store.builders import Clinic
from tests.store.till import APPROVED, does, register_staff

SEEDS = ["payment_link", "cash", "card", "transfer", "account_credit"]


def codes(clinic: Clinic, *, every: bool = False) -> list[str]:
    """Return the codes in their order."""
    return [kept.code for kept in clinic.store.read(lambda reader: payment_types.listed(reader, every=every))]


def add(clinic: Clinic, name: str, kind: Kind = "recorded", key: str = "") -> PaymentType:
    """Add a type."""
    return does(clinic, lambda tx: payment_types.add(tx, name=name, kind=kind, key=key))


def test_a_clinic_begins_with_five(clinic: Clinic) -> None:
    """Each with a key of its own and what it does."""
    types = clinic.store.read(payment_types.listed)
    assert [kept.code for kept in types] == SEEDS
    assert [kept.kind for kept in types] == ["link", "cash", "recorded", "recorded", "credit"]
    assert len({kept.key for kept in types}) == 5
    assert all(kept.active for kept in types)


def test_a_type_is_added_after_the_others(clinic: Clinic) -> None:
    """Its code comes from its name; money can be taken by it at once."""
    made = add(clinic, " Gift\x1b voucher ", key="G")
    assert made == PaymentType("gift_voucher", "Gift voucher", "recorded", "g", 6, active=True)
    assert codes(clinic) == [*SEEDS, "gift_voucher"]
    assert clinic.pay(clinic.issued(), 100, "gift_voucher").type == "gift_voucher"


def test_codes_are_never_the_same(clinic: Clinic) -> None:
    """Whatever names are made of, and also after a type was named anew."""
    assert [add(clinic, name).code for name in ("Gift-card", "Gift card", "Gift, card", "礼券", "Карта")] == [
        "gift_card",
        "gift_card_2",
        "gift_card_3",
        "type",
        "type_2",
    ]
    does(clinic, lambda tx: payment_types.change(tx, "gift_card", name="Voucher"))
    assert add(clinic, "Gift_card").code == "gift_card_4"


@pytest.mark.parametrize(
    ("name", "kind", "key", "field", "why"),
    [
        ("", "recorded", "", "name", "Type the payment type's name"),
        ("\x1b", "recorded", "", "name", "Type the payment type's name"),
        ("x" * 31, "recorded", "", "name", "31 letters long; 30 are the most"),
        ("cAsh", "recorded", "", "name", "There is a payment type Cash already"),
        ("Cheque", "link", "", "kind", "“link” is not possible here. Use one of: cash, recorded"),
        ("Cheque", "credit", "", "kind", "“credit” is not possible here"),
        ("Cheque", "barter", "", "kind", "“barter” is not possible here"),
        ("Cheque", "recorded", "C", "key", "“c” is the key of Cash. Choose another one"),
        ("Cheque", "recorded", "Q", "key", "“q” shows the payment link's QR at the till. Choose another one"),
        ("Cheque", "recorded", "ch", "key", "“ch” will not do as a key. Type one letter or digit"),
        ("Cheque", "recorded", "é", "key", "will not do as a key"),
    ],
)
def test_a_type_that_will_not_do_is_refused(
    clinic: Clinic, name: str, kind: Kind, key: str, field: str, why: str
) -> None:
    """The field is named, and nothing is added."""
    with pytest.raises(BadInput, match=why) as caught:
        add(clinic, name, kind, key)
    assert caught.value.field == field
    assert codes(clinic, every=True) == SEEDS


def test_a_type_is_named_anew(clinic: Clinic) -> None:
    """Its code stays, so what was taken by it is called by the new name; its own key and name do not collide."""
    clinic.pay(clinic.issued(), 100, "card")
    changed = does(clinic, lambda tx: payment_types.change(tx, "card", name="Card machine"))
    assert (changed.code, changed.name, changed.key, changed.kind) == ("card", "Card machine", "t", "recorded")
    assert clinic.store.read(lambda reader: payment_types.name_of(reader, "card")) == "Card machine"
    again = does(clinic, lambda tx: payment_types.change(tx, "card", name="CARD MACHINE", key="t"))
    assert again.name == "CARD MACHINE"
    assert does(clinic, lambda tx: payment_types.change(tx, "card", name="Card", key="")).key == ""


def test_a_code_that_is_not_here_is_read_as_words(clinic: Clinic) -> None:
    """A file from another clinic, or one of long ago."""
    assert clinic.store.read(lambda reader: payment_types.name_of(reader, "gift_card\x1b")) == "gift card"


def test_what_a_type_does_changes_only_while_it_is_unused(clinic: Clinic) -> None:
    """Cash that was counted as cash stays cash; credit and the link are what they are."""
    code = add(clinic, "Petty cash").code

    def change(kind: Kind, code: str = code) -> PaymentType:
        return does(clinic, lambda tx: payment_types.change(tx, code, name=code, kind=kind))

    assert change("cash").kind == "cash"
    with pytest.raises(BadInput, match="“link” is not possible"):
        change("link")
    does(clinic, lambda tx: credit.deposit(tx, clinic.jane.id, code, 100, currency="GBP"))
    with pytest.raises(Refused, match="petty_cash stays what it is: money has been taken by it"):
        change("recorded")
    for seed in ("payment_link", "account_credit"):
        with pytest.raises(Refused, match="stays what it is"):
            change("cash", seed)
    clinic.pay(clinic.issued(), 100, "card")
    with pytest.raises(Refused, match="money has been taken by it"):
        change("cash", "card")


@pytest.mark.parametrize(
    ("code", "by", "order"),
    [
        ("cash", -1, ["cash", "payment_link", "card", "transfer", "account_credit"]),
        ("cash", 2, ["payment_link", "card", "transfer", "cash", "account_credit"]),
        ("cash", 99, ["payment_link", "card", "transfer", "account_credit", "cash"]),
        ("account_credit", -99, ["account_credit", "payment_link", "cash", "card", "transfer"]),
        ("cash", 0, SEEDS),
    ],
)
def test_types_are_put_into_an_order(clinic: Clinic, code: str, by: int, order: list[str]) -> None:
    """To the end at most; with what is switched off among them."""
    does(clinic, lambda tx: payment_types.switch(tx, "transfer", on=False))
    assert [kept.code for kept in does(clinic, lambda tx: payment_types.move(tx, code, by))] == order
    assert codes(clinic, every=True) == order
    assert codes(clinic) == [each for each in order if each != "transfer"]


def test_a_type_that_is_off_takes_nothing_and_keeps_what_it_took(clinic: Clinic) -> None:
    """It is not offered, and its key and name stay its own until it is on again."""
    number = clinic.issued()
    clinic.pay(number, 100, "card")
    assert not does(clinic, lambda tx: payment_types.switch(tx, "card", on=False)).active
    assert "card" not in codes(clinic)
    with pytest.raises(BadInput, match=r"Card terminal is switched off\. Use one of: cash, transfer, account_credit"):
        clinic.pay(number, 100, "card")
    with pytest.raises(BadInput, match="“t” is the key of Card terminal, which is switched off"):
        add(clinic, "Cheque", key="t")
    assert [payment.type for payment in clinic.invoice(number).payments] == ["card"]
    does(clinic, lambda tx: payment_types.switch(tx, "card", on=True))
    assert clinic.pay(number, 100, "card").amount == 100


def test_one_type_stays_on(clinic: Clinic) -> None:
    """A till that takes nothing is no till."""
    for code in SEEDS[1:]:
        does(clinic, partial(payment_types.switch, code=code, on=False))
    with pytest.raises(Refused, match="Payment link is the only payment type that is on"):
        does(clinic, lambda tx: payment_types.switch(tx, "payment_link", on=False))
    with pytest.raises(BadInput, match="Use one of: none is switched on"):
        clinic.pay(clinic.issued(), 100, "cheque")
    does(clinic, lambda tx: payment_types.switch(tx, "cash", on=False))


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: payment_types.change(tx, "cheque\x1b", name="Cheque"),
        lambda tx: payment_types.move(tx, "cheque\x1b", 1),
        lambda tx: payment_types.switch(tx, "cheque\x1b", on=True),
        lambda tx: payment_types.get(tx, "cheque\x1b"),
    ],
)
def test_a_type_that_is_not_there_is_told(clinic: Clinic, work: Callable[[Tx], object]) -> None:
    """With where to look."""
    with pytest.raises(NotFound, match=r"There is no payment type “cheque”. Find its code with `paydesk types list`"):
        does(clinic, work)


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: payment_types.add(tx, name="Cheque"),
        lambda tx: payment_types.change(tx, "card", name="Card machine"),
        lambda tx: payment_types.move(tx, "card", 1),
        lambda tx: payment_types.switch(tx, "card", on=False),
    ],
)
def test_the_list_is_a_managers(clinic: Clinic, work: Callable[[Tx], object]) -> None:
    """Reception needs a manager's PIN for each."""
    register_staff(clinic)
    before = clinic.store.read(lambda reader: payment_types.listed(reader, every=True))
    with pytest.raises(NeedsManager, match="Only a manager may change payment types"):
        does(clinic, work)
    assert clinic.store.read(lambda reader: payment_types.listed(reader, every=True)) == before
    does(clinic, work, APPROVED)
    assert clinic.store.read(lambda reader: payment_types.listed(reader, every=True)) != before
