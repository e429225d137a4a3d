"""Whatever the desk, the client, the gateway's staff and the weather do: nothing is lost and nothing doubled."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.model.gateways import PayLink
from tests.model.histories import NAMES, Broken, Move, Theatre
from tests.model.stage import Stage

MOVES = st.tuples(st.sampled_from(NAMES), st.integers(0, 255), st.integers(0, 255))
PAID = [
    ("makes_invoice", 1, 7),
    ("engine_runs", 0, 0),
    ("pays", 0, 0),
    ("is_given_back", 0, 0),
    ("engine_runs", 0, 0),
]


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """Where histories are played."""
    made = Theatre(tmp_path_factory.mktemp("histories"))
    yield made
    made.close()


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=st.lists(MOVES, min_size=5, max_size=60))
@example(history=[("engine_steps", 0, 0), ("makes_invoice", 0, 0), ("clock_jumps", 2, 1), ("engine_runs", 0, 0)])
@example(history=[("engine_steps", 0, 51), ("weather_turns", 40, 0), *PAID])
def test_no_history_loses_or_doubles_anything(theatre: Theatre, history: list[Move]) -> None:
    """Each step keeps what must always hold; once all is calm, the file, the gateways and the mailbox agree."""
    theatre.play(history)


def _link(stage: Stage) -> PayLink:
    return next(iter(stage.providers["stripe"].links.values()))


def _second_link(stage: Stage) -> None:
    links = stage.providers["stripe"].links
    links["a"] = replace(_link(stage), gateway_id="a", open=True, payment=None, refunds=[])
    links["b"] = replace(links["a"], gateway_id="b")


def _unheard_payment(stage: Stage) -> None:
    link = _link(stage)
    link.payment = replace(link.payment, payment_id="another") if link.payment else None


def _unheard_refund(stage: Stage) -> None:
    _link(stage).refunds[0].amount -= 1


def _cash_not_written_down(stage: Stage) -> None:
    next(iter(stage.truth.bills.values())).desk += 1


def _sms_twice(stage: Stage) -> None:
    stage.mailbox.texts *= 2


def _lost_email(stage: Stage) -> None:
    stage.mailbox.emails.clear()


def _stuck_entry(stage: Stage) -> None:
    stage.write(lambda tx: tx.run("UPDATE outbox SET state = 'claimed'"))


def _changed_table(stage: Stage) -> None:
    stage.write(lambda tx: tx.run("UPDATE messages SET result = 'made up'"))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_second_link, "2 live links for one request"),
        (_unheard_payment, "in the ledger"),
        (_unheard_refund, "given back of"),
        (_cash_not_written_down, "was paid and kept"),
        (_sms_twice, "2 SMS for one request"),
        (_lost_email, "has not arrived"),
        (_stuck_entry, "is claimed for ever"),
        (_changed_table, "messages differs from the ledger"),
    ],
)
def test_what_is_wrong_is_noticed(theatre: Theatre, spoil: Callable[[Stage], None], told: str) -> None:
    """The same history, spoilt at its end: the last look says what is wrong."""
    theatre.play(PAID)
    with pytest.raises(Broken, match=told):
        theatre.play(PAID, spoil)
