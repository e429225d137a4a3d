"""What a person types into a search, as a full-text query: every word a prefix, nothing else special."""

import re
import unicodedata

from store.ids import CODE_ALPHABET, CODE_LENGTH

_WORD = re.compile(r"\w+(?:['‘’ʼ`´-]\w+){0,3}")
_PART = re.compile(r"\w+")
_NUMBER = re.compile(r"\s*\+?[\d\s().-]+")
MOST_WORDS = 8
LONGEST = 200
"""Letters of a search that count."""
LONGEST_NAME = 20
"""Letters of a word that is also looked for as two words."""
LEAST_OF_A_CODE = 3
"""Letters by which a request is found from the start of its code; fewer would be too many requests."""


def match(text: str) -> str | None:
    """Return the FTS5 expression for what was typed, or None when no word is in it.

    A number is found however it is spaced, and a name whether it is typed in one word or in two: `obrien` and
    `o'brien` are O'Brien and OBrien. Each word is quoted, so that no operator of FTS5's query language can be typed
    by accident (https://sqlite.org/fts5.html#full_text_query_syntax).
    """
    text = text[:LONGEST]
    if _NUMBER.fullmatch(text):
        return _number(text)
    words = _WORD.findall(unicodedata.normalize("NFC", text).replace("_", " "))[:MOST_WORDS]
    return " AND ".join(_any_of(word) for word in words) or None


def _number(text: str) -> str | None:
    """Return the expression for digits in groups: as one word, and where there is no + also as several."""
    groups = _PART.findall(text.replace("(0)", ""))[:MOST_WORDS]
    ways = ["".join(groups), *(groups if len(groups) > 1 and "+" not in text else ())]
    whole, *apart = (f'"{way}"*' for way in ways)
    if not groups:
        return None
    return f"{whole} OR ({' AND '.join(apart)})" if apart else whole


def _any_of(word: str) -> str:
    """Return the expression for one word: its parts as typed, all of them as one word, or the word in two."""
    parts = _PART.findall(word)
    ways = [" AND ".join(f'"{part}"*' for part in parts)]
    if len(parts) > 1:
        ways = [f"({ways[0]})", f'"{"".join(parts)}"*']
    elif word.isalpha() and len(word) <= LONGEST_NAME:
        ways += [f'"{word[:at]} {word[at:]}"*' for at in range(1, len(word) - 1)]
    return f"({' OR '.join(ways)})" if len(ways) > 1 else ways[0]


def code(text: str) -> str:
    """Return the start of a short code as the store keeps it (`K7Q-4`), or nothing where `text` cannot be one."""
    letters = _letters(text)
    return f"{letters[:3]}-{letters[3:]}".rstrip("-") if len(letters) >= LEAST_OF_A_CODE else ""


def code_end(text: str) -> str:
    """Return the second half of a short code (`42M`), where `text` can be one; else nothing."""
    letters = _letters(text)
    return letters if len(letters) == CODE_LENGTH // 2 else ""


def is_code_of(text: str, short_code: str) -> bool:
    """Tell whether `text` is a short code, its start or its second half, and which one is `short_code`."""
    start, end = code(text), code_end(text)
    return bool(start and short_code.startswith(start)) or bool(end and short_code.endswith(end))


def _letters(text: str) -> str:
    """Return the letters of a code without the dash, or nothing where something else is in `text`."""
    letters = "".join(text.upper().replace("-", " ").split())
    return letters if len(letters) <= CODE_LENGTH and all(letter in CODE_ALPHABET for letter in letters) else ""
