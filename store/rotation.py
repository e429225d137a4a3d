"""Which backups of a data file are kept: the newest of each day for some days, and of each month for some months."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from store.backups import BackupFile
from store.times import from_text


def spare(backups: Sequence[BackupFile], *, days: int, months: int, zone: str) -> list[BackupFile]:
    """Return the backups that need not be kept, the oldest first. The newest of all is always kept.

    Days and months are those of `zone` in which there is a backup, so that after a long pause nothing goes at once.
    """
    newest_first = sorted(backups, key=lambda backup: backup.at, reverse=True)
    local = {backup.path: from_text(backup.at).astimezone(ZoneInfo(zone)) for backup in backups}

    def newest_of(span: Callable[[datetime], object], most: int) -> set[object]:
        first: dict[object, object] = {}
        for backup in newest_first:
            first.setdefault(span(local[backup.path]), backup.path)
        return set(list(first.values())[:most])

    kept = newest_of(lambda at: at.date(), days) | newest_of(lambda at: (at.year, at.month), months)
    kept |= {newest_first[0].path} if newest_first else set()
    return [backup for backup in reversed(newest_first) if backup.path not in kept]
