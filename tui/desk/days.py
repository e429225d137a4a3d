"""The seam: the end of the day and the reports."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from store import day_moves, day_text, days, in_flight, reports, services, takings
from store.csv_text import BYTE_ORDER_MARK
from store.database import Reader, Tx
from store.day_moves import Move
from store.day_views import CashCount, ClosedDay, OpenDay
from store.in_flight import InFlight, LinkInFlight
from store.models import Status
from store.months import Month
from store.outbox_words import OutboxLine, waiting_lines
from store.reports import Report, ReportKind, report_csv
from store.times import from_text
from tui.desk.calls import Calls


@dataclass(frozen=True, slots=True)
class Today:
    """Everything since the last close, and what is still on its way, as they are at one moment.

    `moves`, `links` and `waiting` are lists of a screen's length; `flying` and `status` count them whole.
    """

    day: OpenDay
    moves: tuple[Move, ...]
    links: tuple[LinkInFlight, ...]
    flying: InFlight
    waiting: tuple[OutboxLine, ...]
    status: Status


class DayCalls(Calls):
    """Closing days and counting."""

    async def today(self, limit: int = 200) -> Today:
        """Return what has been taken since the last close and what is on its way; lists of `limit` at most."""

        def work(reader: Reader) -> Today:
            day = days.open_day(reader)
            return Today(
                day,
                tuple(day_moves.moves(reader, takings.after_entry(day.after), limit=limit)),
                tuple(in_flight.links(reader, limit=limit)),
                in_flight.total(reader),
                tuple(waiting_lines(reader, limit=limit)),
                services.status(reader),
            )

        return await self._read(work)

    async def close_day(self, count: CashCount, *, day_id: str = "") -> ClosedDay:
        """Close the day with what was counted; the same `day_id` again changes nothing.

        Raises BadInput (its `field` is float, counted, kept or reason).
        """

        def work(tx: Tx) -> ClosedDay:
            return days.close(tx, self._settings(tx), count, day_id=day_id)

        return await self._write(work)

    async def closed_days(self, limit: int = 100) -> list[ClosedDay]:
        """Return the days that were closed, newest first; limit -1: all."""
        return await self._read(lambda reader: days.closed(reader, limit=limit))

    async def closed_day(self, day_id: str) -> ClosedDay:
        """Return one closed day. Raises NotFound."""
        return await self._read(lambda reader: days.get(reader, day_id))

    async def day_text(self, day_id: str) -> str:
        """Return a closed day as text for a printer, 48 columns wide. Raises NotFound."""

        def work(reader: Reader) -> str:
            chosen = self._settings(reader)
            zone = ZoneInfo(chosen["clinic.zone"])
            day = days.get(reader, day_id)
            return day_text.day_text(day, chosen["clinic.name"], zone, chosen["clinic.currency"])

        return await self._read(work)

    async def save_day(self, day_id: str) -> Path:
        """Write a closed day's text into the data folder's `documents`, for its owner only, and return where.

        Raises NotFound, StoreError.
        """
        from tui.documents import save

        zone = ZoneInfo((await self._read(self._settings))["clinic.zone"])
        local = from_text((await self.closed_day(day_id)).to_at).astimezone(zone)
        text = await self.day_text(day_id)
        return save(self.folder, f"day-{local:%Y-%m-%d-%H%M}.txt", text.encode())

    async def report(self, kind: ReportKind, month: Month) -> Report:
        """Return one report of a month."""

        def work(reader: Reader) -> Report:
            chosen = self._settings(reader)
            return reports.report(reader, kind, month, ZoneInfo(chosen["clinic.zone"]), chosen["clinic.currency"])

        return await self._read(work)

    async def save_report(self, kind: ReportKind, month: Month) -> Path:
        """Write a report as CSV into the data folder's `documents`, for its owner only, and return where.

        UTF-8 with a byte order mark, by which Excel knows it. Raises StoreError.
        """
        from tui.documents import save

        content = BYTE_ORDER_MARK + report_csv(await self.report(kind, month))
        return save(self.folder, f"{kind}-{month}.csv", content.encode())
