"""Identities that are minted here."""

import time
from concurrent.futures import ThreadPoolExecutor

from store.ids import CODE_ALPHABET, new_code, new_id

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_an_id_is_a_ulid_of_now() -> None:
    """26 characters of Crockford's alphabet; the first ten are the milliseconds."""
    before = time.time_ns() // 1_000_000
    minted = new_id()
    assert len(minted) == 26
    assert set(minted) <= set(CROCKFORD)
    at = 0
    for character in minted[:10]:
        at = at * 32 + CROCKFORD.index(character)
    assert before <= at <= time.time_ns() // 1_000_000 + 1


def test_ids_sort_in_the_order_they_were_made() -> None:
    """Also within a millisecond: the newest payment request is the one with the largest id."""
    minted = [new_id() for _ in range(5000)]
    assert minted == sorted(set(minted))


def test_threads_never_mint_the_same_id() -> None:
    """Eight at once."""
    with ThreadPoolExecutor(8) as pool:
        minted = [found for some in pool.map(lambda _: [new_id() for _ in range(500)], range(8)) for found in some]
    assert len(set(minted)) == 4000


def test_a_code_can_be_read_out() -> None:
    """Two groups of three, and no character that is misread."""
    for _ in range(200):
        first, dash, last = new_code(lambda _: False).partition("-")
        assert (len(first), dash, len(last)) == (3, "-", 3)
        assert set(first + last) <= set(CODE_ALPHABET)
    assert not set(CODE_ALPHABET) & set("01ILOU")


def test_a_code_that_is_taken_is_not_given_again() -> None:
    """The first that is free is."""
    asked: list[str] = []

    def taken(code: str) -> bool:
        asked.append(code)
        return len(asked) < 4

    assert new_code(taken) == asked[3]
