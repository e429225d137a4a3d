"""docs/operations.md names every figure, and no other."""

import re
from pathlib import Path

from prometheus_client import CollectorRegistry

from store.backups import back_up
from sync.metrics.collector import FolderCollector
from sync.metrics.tally import Tally
from tests.sync.engine_world import World

DOCS = Path(__file__).parents[2] / "docs" / "operations.md"


async def test_every_figure_is_documented(world: World) -> None:
    """As the tables have it, counters with the ending that Prometheus gives them."""
    registry = CollectorRegistry()
    Tally(registry)
    world.send()
    await world.run()
    (world.folder / "backups").mkdir()
    back_up(world.store.path, world.folder / "backups")
    families = [*registry.collect(), *FolderCollector(world.folder).collect()]
    told = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    rows = [line.split("|")[1] for line in DOCS.read_text().splitlines() if line.startswith("| `paydesk_")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == told
