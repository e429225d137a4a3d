"""Documents on paper: the command of the setting `desk.print_command`, run on a file without a shell."""

import asyncio
import shlex
from pathlib import Path

from store.errors import Refused
from store.settings import without_secrets
from store.text import cleaned

PATIENCE = 30.0
"""Seconds that a print command may take."""


async def print_file(command: str, path: Path) -> None:
    """Run `command` with `path` where it says `{file}`. Raises Refused with what went wrong."""
    try:
        words = [word.replace("{file}", str(path)) for word in shlex.split(command)]
    except ValueError as error:
        raise _not_printed(path, f"the print command cannot be read ({error})") from error
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=without_secrets(),
        )
    except OSError as error:
        raise _not_printed(path, f"{words[0]} cannot be run ({error.strerror})") from error
    try:
        async with asyncio.timeout(PATIENCE):
            _, told = await process.communicate()
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise _not_printed(path, f"{words[0]} did not finish in {PATIENCE:.0f} seconds") from error
    if process.returncode:
        said = cleaned(told.decode(errors="replace"))[:120]
        raise _not_printed(path, f"{words[0]} said: {said}" if said else f"{words[0]} failed")


def _not_printed(path: Path, why: str) -> Refused:
    return Refused(f"Saved as {path}, but not printed: {cleaned(why)}. Admin > Desk has the print command.")
