"""How long the fuzz tests look: few examples in `make test`, as many as `PAYDESK_FUZZ` says elsewhere."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from store.errors import PaydeskError
from tests.security.nasty import NASTY, SURROGATE, driving

FEW = 60
EXAMPLES = int(os.environ.get("PAYDESK_FUZZ", FEW))
SLOWEST = None if EXAMPLES > FEW else 2_000
"""Milliseconds for one example; more is a hang to whoever waits."""

few = settings(
    max_examples=EXAMPLES,
    deadline=SLOWEST,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

ANY_TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from([*NASTY.values(), SURROGATE]),
    st.text(st.characters(codec=None), max_size=10),
    st.text("0123456789.,-+£€$ %e_٣４−:/T@()x", max_size=14),
    st.sampled_from(["9" * 5_000, "1e9", "NaN", "inf", "0x10", "1_000", "１２", "٣", "-0", "1" + "0" * 400 + ".00"]),
)


def refused_or(read: Callable[[str], Any], text: str) -> Any:
    """Return what was read, or None where it was refused with a sentence for people; any other error gets out."""
    try:
        return read(text)
    except PaydeskError as error:
        said = str(error)
        assert 10 < len(said) < 1_000, said
        assert driving(said) == [], ascii(said)
        return None
