"""The ledger's newest hash, kept beside the data file, so that a lost tail of the ledger is noticed.

One line of fixed length, written in place after each commit and never synced: it can be behind the ledger
(a crash between the commit and the line), never ahead of what was durably committed.
"""

import os
from pathlib import Path

_WIDTH = 26 + 1 + 16 + 1 + 64 + 1


class HeadFile:
    """The file `<data file>.head`: writer id, sequence number and hash of an entry that must exist."""

    def __init__(self, data_file: Path) -> None:
        self._path = data_file.with_name(data_file.name + ".head")

    def note(self, writer_id: str, seq: int, digest: bytes) -> None:
        """Write down the newest entry; a failure here never fails what is already committed."""
        line = f"{writer_id:<26} {seq:016d} {digest.hex()}\n".encode()
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.pwrite(descriptor, line, 0)
            finally:
                os.close(descriptor)
        except OSError:
            return

    def read(self) -> tuple[str, int, bytes] | None:
        """Return writer id, sequence number and hash, or None when there is no whole line."""
        try:
            line = self._path.read_bytes()[:_WIDTH].decode()
            writer_id, seq, digest = line.split()
            return writer_id, int(seq), bytes.fromhex(digest)
        except (OSError, ValueError):
            return None
