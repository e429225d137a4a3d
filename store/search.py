"""What a person types into a search, as a full-text query: every word a prefix, nothing else special."""

import re

_WORD = re.compile(r"\w+", re.UNICODE)
MOST_WORDS = 8


def match(text: str) -> str | None:
    """Return the FTS5 expression for what was typed, or None when no word is in it.

    Each word is quoted, so that no operator of FTS5's query language can be typed by accident
    (https://sqlite.org/fts5.html#full_text_query_syntax).
    """
    words = _WORD.findall(text.replace("_", " "))[:MOST_WORDS]
    return " ".join(f'"{word}"*' for word in words) or None
