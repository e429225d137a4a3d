"""What messages cost: the table, and who may change it."""

import pytest

from store import charges
from store.charges import ChargeRow
from store.database import Store
from store.errors import BadInput, NeedsManager


def test_the_table_as_it_begins(store: Store) -> None:
    """Email is free from the POS and 2p from the invoice; an SMS is 5p and VAT."""
    assert store.read(charges.charge_table) == [
        ChargeRow("pos", "email", 0, 0, "message"),
        ChargeRow("pos", "sms", 5, 2000, "message"),
        ChargeRow("invoice", "email", 2, 0, "message"),
        ChargeRow("invoice", "sms", 5, 2000, "message"),
    ]


def test_a_change_counts_from_then_on(store: Store) -> None:
    """By segment, each at its price."""
    row = ChargeRow("pos", "sms", 4, 2000, "segment")
    assert store.write(lambda tx: charges.save(tx, row)) == row
    cost = store.read(lambda reader: charges.charge_for(reader, "pos", "sms", 3))
    assert (cost.net, cost.vat, cost.gross) == (12, 2, 14)
    assert len(store.read(charges.charge_table)) == 4


@pytest.mark.parametrize(
    ("row", "field", "why"),
    [
        (("desk", "sms", 5, 0, "message"), "origin", "“desk” is not possible here. Use one of: pos, invoice"),
        (("pos", "fax", 5, 0, "message"), "channel", "Use one of: email, sms"),
        (("pos", "sms", 5, 0, "word"), "per", "Use one of: message, segment"),
        (("pos", "email", 5, 0, "segment"), "per", "An email has no segments"),
        (("pos", "sms", -1, 0, "message"), "net", "cannot be below zero"),
        (("pos", "sms", 1_000, 10_001, "message"), "vat_rate", "from 0 to 100"),
    ],
)
def test_a_charge_that_will_not_do_is_refused(store: Store, row: tuple[object, ...], field: str, why: str) -> None:
    """With the field that is wrong."""
    with pytest.raises(BadInput, match=why) as caught:
        store.write(lambda tx: charges.save(tx, ChargeRow(*row)))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_only_a_manager_may_change_it(store: Store) -> None:
    """Once there is one."""
    store.write(
        lambda tx: tx.run(
            "INSERT INTO staff (id, name, role, pin_hash, created_at) VALUES ('m', 'Mia', 'manager', 'x', :now)",
            now=tx.now,
        )
    )
    with pytest.raises(NeedsManager, match="Only a manager may change the charges"):
        store.write(lambda tx: charges.save(tx, ChargeRow("pos", "sms", 4, 2000, "message")))
