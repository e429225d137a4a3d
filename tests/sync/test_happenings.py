"""What the engine tells those who watch it: what it did, with what outcome, and nothing about a client."""

import json
from datetime import timedelta
from pathlib import Path

from store.logs import log_path, logged, set_level
from store.settings import Settings
from sync.engine import Engine
from sync.errors import Declined, Misconfigured, OutcomeUnknown, Unreachable
from sync.gateways.base import Gateway
from sync.happenings import EntrySettled, Happening, MoneyHeard, ServiceChanged, TurnTaken
from tests.sync.engine_fakes import Acted
from tests.sync.engine_world import BOTH, World

CANARIES = ("canary", "900123", "Jane", "Smith", "jane@example.com", "Riverside", "pay.example")


def watched(world: World) -> list[Happening]:
    """Have the engine tell its happenings into a list."""
    told: list[Happening] = []
    world.engine._observe = told.append
    return told


async def test_each_entry_is_told_with_its_outcome(world: World) -> None:
    """A link and its two messages are done at the first attempt, and how long they waited is known."""
    request = world.send(BOTH)
    told = watched(world)
    await world.run(3)
    settled = [each for each in told if isinstance(each, EntrySettled)]
    assert sorted(each.kind for each in settled) == ["create_link", "email", "sms"]
    link = next(each for each in settled if each.kind == "create_link")
    assert (link.subject_id, link.outcome, link.attempt, link.error, link.waited) == (request.id, "done", 1, "", 3.0)
    assert link.seconds is not None
    assert isinstance(told[-1], TurnTaken)


async def test_an_entry_that_needed_no_call_has_no_duration(world: World) -> None:
    """Without a key nothing is asked, and what waits for it is told as waiting."""

    def no_gateway(_settings: Settings) -> Gateway:
        raise Misconfigured("There is no key for the gateway.")

    told: list[Happening] = []
    engine = Engine(world.store, world.folder, owner="second", make_gateway=no_gateway, observe=told.append)
    world.send()
    await engine.run_once(world.clock())
    settled = [each for each in told if isinstance(each, EntrySettled)]
    assert [(each.outcome, each.seconds) for each in settled] == [("waiting", None)]
    assert ServiceChanged("gateway", "refused") in told


async def test_services_are_told_when_they_change(world: World) -> None:
    """Once when it goes and once when it comes back, however many calls fail."""
    world.send()
    told = watched(world)
    world.gateway.always_fails("create_link", Unreachable("away"))
    await world.run()
    await world.run(40)
    world.gateway.works()
    await world.run(60)
    changes = [each for each in told if isinstance(each, ServiceChanged)]
    assert changes == [ServiceChanged("gateway", "offline"), ServiceChanged("gateway", "online")]


async def test_payments_are_told(world: World) -> None:
    """What the gateway says was paid."""
    world.send()
    await world.run()
    told = watched(world)
    world.gateway.pays("plink_1")
    await world.run(60)
    assert len([each for each in told if isinstance(each, MoneyHeard)]) == 1


async def test_the_log_of_a_day_of_failures_names_no_client(world: World, tmp_path: Path) -> None:
    """Every way in which an entry can end, each with an error that repeats the client's data, at the finest level."""
    text = "550 canary jane@example.com, Jane Smith, +447700900123, https://pay.example/canary"
    script, mail = world.gateway, world.courier.script
    with logged(tmp_path, "sync"):
        set_level("debug")
        for error in (
            Declined(text),
            OutcomeUnknown(text),
            Unreachable(text),
            KeyError(text),
            Acted(ValueError(text)),
        ):
            script.fails("create_link", error)
            world.send(BOTH)
            await world.run(120)
        for method in ("email", "sms"):
            mail.fails(method, Declined(text), RuntimeError(text), OutcomeUnknown(text))
        for _ in range(4):
            world.send(BOTH)
            await world.run(120)
        script.fails("hear", RuntimeError(text))
        await world.run(timedelta(hours=2).total_seconds())
    log = log_path(tmp_path).read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"done", "attention", "retry", "waiting"} <= {line.get("outcome") for line in lines}
    assert {"Declined", "OutcomeUnknown", "Unreachable", "KeyError"} <= {line.get("error") for line in lines}
    assert "unforeseen error" in {line["event"] for line in lines}
    for canary in CANARIES:
        assert canary not in log, canary
