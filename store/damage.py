"""What every process on a data file must know of it: that it was found damaged.

A small file beside it says so, because the data file itself can no longer be trusted to. It goes when `paydesk
verify` finds everything whole, or when a backup is brought back.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from store.times import to_text, utc_now

REFUSAL = (
    "The data file is damaged, so nothing is saved or sent any more. Ring whoever looks after this computer: "
    "`paydesk verify` says what is wrong, and `paydesk restore` brings back a backup."
)


@dataclass(frozen=True, slots=True)
class Damage:
    """When damage was found, and what it is, as sentences."""

    found_at: str
    problems: tuple[str, ...]


def marker(path: Path) -> Path:
    """Return the file that says that the data file `path` is damaged."""
    return path.with_name(path.name + ".damaged")


def mark_damaged(path: Path, problems: tuple[str, ...]) -> bool:
    """Let every process know that the data file is damaged; what was found first stays. Tells whether they do."""
    text = "\n".join((to_text(utc_now()), *(" ".join(problem.split()) for problem in problems)))
    try:
        descriptor = os.open(marker(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError:
        return marker(path).exists()
    return True


def damaged(path: Path) -> Damage | None:
    """Return what was found, or None when the file is not known to be damaged."""
    try:
        lines = marker(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    except OSError:
        return Damage("", ())
    return Damage(lines[0] if lines else "", tuple(lines[1:]))


def may_tell(path: Path) -> bool:
    """Tell whether nobody has told the clinic of this damage yet; who asks is to tell it now, or to `tell_again`."""
    try:
        os.close(os.open(_told(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except OSError:
        return False
    return True


def tell_again(path: Path) -> None:
    """The clinic could not be told: another process may try."""
    _told(path).unlink(missing_ok=True)


def clear(path: Path) -> None:
    """Forget that the file was damaged: it was found whole, or another has taken its place."""
    marker(path).unlink(missing_ok=True)
    _told(path).unlink(missing_ok=True)


def _told(path: Path) -> Path:
    """Return the file that says that the clinic was told of it."""
    return path.with_name(path.name + ".damaged-told")
