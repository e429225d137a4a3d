"""The ledger's newest hash and the number of commits, kept beside the data file, so that a lost tail is noticed.

Two lines of fixed length, written in place after each commit and never synced: they can be behind the file (a crash
between the commit and the line), never ahead of what was durably committed. The second line is there for changes that
are in no ledger, such as a client's address.
"""

import os
from pathlib import Path

_WIDTH = 26 + 1 + 16 + 1 + 64 + 1


class HeadFile:
    """The file `<data file>.head`: writer id, number and hash of an entry that must exist; and how many commits."""

    def __init__(self, data_file: Path) -> None:
        self._path = data_file.with_name(data_file.name + ".head")

    def note(self, writer_id: str, seq: int, digest: bytes) -> None:
        """Write down the newest entry; a failure here never fails what is already committed."""
        self._put(f"{writer_id:<26} {seq:016d} {digest.hex()}\n", 0)

    def note_commits(self, writer_id: str, commits: int) -> None:
        """Write down how many commits the file has had; a failure here never fails what is already committed."""
        self._put(f"{writer_id:<26} {commits:016d}\n", _WIDTH)

    def read(self) -> tuple[str, int, bytes] | None:
        """Return writer id, sequence number and hash, or None when there is no whole line."""
        try:
            line = self._path.read_bytes()[:_WIDTH].decode()
            writer_id, seq, digest = line.split()
            return writer_id, int(seq), bytes.fromhex(digest)
        except (OSError, ValueError):
            return None

    def commits(self) -> tuple[str, int] | None:
        """Return writer id and number of commits, or None when there is no whole line."""
        try:
            writer_id, commits = self._path.read_bytes()[_WIDTH:].decode().split()
            return writer_id, int(commits)
        except (OSError, ValueError):
            return None

    def _put(self, line: str, at: int) -> None:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.pwrite(descriptor, line.encode(), at)
            finally:
                os.close(descriptor)
        except OSError:
            return
