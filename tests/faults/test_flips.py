"""Damage in small: found by `verify` and by the next start."""

from dataclasses import replace
from pathlib import Path

from store.opening import FILE_NAME
from tests.faults import flips
from tests.faults.flips import LOG, Tally, keep, look
from tests.faults.outcomes import SMALL


def test_flipped_bits_and_a_lost_end_are_found(tmp_path: Path) -> None:
    """No money fact reads otherwise without `verify` saying so."""
    outcomes = list(flips.run(replace(SMALL, flips=4), tmp_path))
    assert [outcome.times for outcome in outcomes] == [4, 4, 4]
    assert all(outcome.good for outcome in outcomes), outcomes
    assert all(outcome.acknowledged for outcome in outcomes[1:])


def test_a_change_that_is_in_no_ledger_is_missed_too(tmp_path: Path) -> None:
    """The log loses its last commit, a clinic's name: the start's check says that changes are missing."""
    kept, tally = keep(tmp_path / "whole", invoices=1), Tally()
    log = (kept.folder / LOG).read_bytes()
    look(kept, tmp_path / "cut", LOG, log[:-1], tally)
    assert (tally.by_start, tally.by_verify) == (1, 1)


def test_a_damaged_trigger_is_found(tmp_path: Path) -> None:
    """The rule that forbids changing the ledger is text in the file as well."""
    kept, tally = keep(tmp_path / "whole", invoices=1), Tally()
    content = (kept.folder / FILE_NAME).read_bytes()
    assert b"append-only" in content
    look(kept, tmp_path / "bent", FILE_NAME, content.replace(b"append-only", b"append-onlx"), tally)
    assert tally.by_verify == 1


def test_what_reads_as_before_is_harmless(tmp_path: Path) -> None:
    """The whole file, opened like the others: nobody finds anything."""
    kept, tally = keep(tmp_path / "whole", invoices=1), Tally()
    look(kept, tmp_path / "same", LOG, (kept.folder / LOG).read_bytes(), tally)
    assert (tally.harmless, tally.by_start, tally.by_verify, tally.missed) == (1, 0, 0, [])
