"""What the data folder says when somebody asks, whichever process is its engine."""

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from store.backups import BackupFile
from store.damage import damaged
from store.database import Reader
from store.errors import PaydeskError
from store.figures import Figures, bytes_of, figures
from store.looking import looking_at
from store.opening import FILE_NAME
from store.settings import load
from store.sqlite import sqlite3
from store.strays import file_id
from store.times import Clock, from_text, utc_now
from sync.backing_up import folder_of, own
from sync.lock import EngineLock


class FolderCollector(Collector):
    """Reads a data folder at each scrape, without writing to it."""

    def __init__(self, folder: Path, *, clock: Clock = utc_now) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Describe nothing, so that registering does not read the file."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield everything that is known; of a file that cannot be read, that it cannot."""
        info = GaugeMetricFamily("paydesk_build_info", "Which Paydesk this is.", labels=["version"])
        info.add_metric([version("paydesk")], 1)
        yield info
        read, backup = self._read()
        yield _gauge("paydesk_data_file_readable", "Whether the data file can be read.", read is not None)
        yield _gauge(
            "paydesk_data_file_damaged",
            "Whether the last look at the data file found damage.",
            damaged(self._path) is not None,
        )
        yield _gauge("paydesk_data_file_bytes", "Size of the data file.", bytes_of(self._path))
        log = self._path.with_name(self._path.name + "-wal")
        yield _gauge("paydesk_wal_bytes", "Size of the write-ahead log.", bytes_of(log))
        yield from self._engine()
        if read is not None:
            yield from self._outbox(read)
            yield from _services(read)
            yield _gauge("paydesk_links_live", "Payment links that a client can pay now.", read.links)
        if backup is not None:
            made = from_text(backup.at).timestamp()
            yield _gauge("paydesk_backup_timestamp_seconds", "When the newest backup was made.", made)

    def _read(self) -> tuple[Figures | None, BackupFile | None]:
        try:
            with looking_at(self._path) as connection:
                reader = Reader(connection)
                there = own(folder_of(load(reader, self._folder), self._folder), file_id(reader))
                return figures(reader), there[-1] if there else None
        except (sqlite3.Error, PaydeskError):
            return None, None

    def _engine(self) -> Iterator[Metric]:
        lock = EngineLock(self._folder)
        try:
            taken = lock.taken()
        except OSError:
            taken = False
        pid = int(holder) if taken and (holder := lock.holder()).isdigit() else 0
        yield _gauge("paydesk_engine_held", "Whether any process is the engine of this folder.", taken)
        yield _gauge("paydesk_engine_holder_pid", "Number of the process that is the engine, 0 for none.", pid)
        yield _gauge("paydesk_engine_here", "Whether this process is the engine.", pid == os.getpid())

    def _outbox(self, read: Figures) -> Iterator[Metric]:
        entries = GaugeMetricFamily(
            "paydesk_outbox_entries", "Outbox entries that are not done.", labels=["state", "kind"]
        )
        oldest = GaugeMetricFamily(
            "paydesk_outbox_oldest_seconds",
            "Age of the oldest outbox entry that is not done.",
            labels=["state", "kind"],
        )
        now = self._clock()
        for each in read.waiting:
            entries.add_metric([each.state, each.kind], each.count)
            age = (now - from_text(each.oldest)).total_seconds()
            oldest.add_metric([each.state, each.kind], max(0.0, age))
        yield entries
        yield oldest


def _services(read: Figures) -> Iterator[Metric]:
    labels = ["service"]
    up = GaugeMetricFamily("paydesk_service_up", "Whether a service answered when last called.", labels=labels)
    since = GaugeMetricFamily(
        "paydesk_service_since_timestamp_seconds", "Since when a service has been up or not.", labels=labels
    )
    heard = GaugeMetricFamily(
        "paydesk_service_heard_timestamp_seconds", "When a service was last heard from.", labels=labels
    )
    for service in read.services:
        up.add_metric([service.name], float(service.state == "online"))
        since.add_metric([service.name], from_text(service.since).timestamp())
        if service.heard_at is not None:
            heard.add_metric([service.name], from_text(service.heard_at).timestamp())
    yield from (up, since, heard)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))
