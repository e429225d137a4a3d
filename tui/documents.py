"""Documents that are written into the data folder, for their owner only."""

import os
from pathlib import Path

from store.errors import StoreError

FOLDER = "documents"


def save(folder: Path, name: str, content: bytes) -> Path:
    """Write a document, over an older one of its name, and return where it is. Raises StoreError.

    `name` may hold anything: what is no letter, digit, dot or dash becomes a dash.
    """
    place = folder / FOLDER
    safe = "".join(character if character.isalnum() or character in ".-" else "-" for character in name)
    path = place / safe.lstrip(".")
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. Make room or check the folder.") from error
    return path
