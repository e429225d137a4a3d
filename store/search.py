"""What a person types into a search, as a full-text query: every word a prefix, nothing else special."""

import re
import unicodedata

from store.ids import CODE_ALPHABET, CODE_LENGTH

_WORD = re.compile(r"\w+")
_INTERNATIONAL = re.compile(r"\s*\+[\d\s().-]+")
MOST_WORDS = 8
LEAST_OF_A_CODE = 3
"""Letters by which a request is found from the start of its code; fewer would be too many requests."""


def match(text: str) -> str | None:
    """Return the FTS5 expression for what was typed, or None when no word is in it.

    A number that starts with + is one word however it is spaced, as the store keeps it. Each word is quoted, so that
    no operator of FTS5's query language can be typed by accident
    (https://sqlite.org/fts5.html#full_text_query_syntax).
    """
    if _INTERNATIONAL.fullmatch(text):
        text = "".join(character for character in text if character.isdigit())
    words = _WORD.findall(unicodedata.normalize("NFC", text).replace("_", " "))[:MOST_WORDS]
    return " ".join(f'"{word}"*' for word in words) or None


def code(text: str) -> str:
    """Return the start of a short code as the store keeps it (`K7Q-4`), or nothing where `text` cannot be one."""
    letters = "".join(text.upper().replace("-", " ").split())
    if LEAST_OF_A_CODE <= len(letters) <= CODE_LENGTH and all(letter in CODE_ALPHABET for letter in letters):
        return f"{letters[:3]}-{letters[3:]}".rstrip("-")
    return ""
