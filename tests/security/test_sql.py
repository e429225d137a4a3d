"""SQL is put together from our own words alone; what anybody typed goes in as a named parameter."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]
BEGINS = re.compile(r"\s*(SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH|PRAGMA|ALTER|CREATE|DROP|ATTACH|SAVEPOINT)\b")
CONSTANT = re.compile(r"([a-z_]+\.)?_?[A-Z][A-Z_0-9]*")
OUR_WORDS = {
    "column",
    "condition",
    "int(PATIENCE * 1000)",
    "new_money",
    "pragma",
    "span.deposits",
    "span.payments",
    "table",
    "tuple(SERVICES)",
    "where",
}
"""What else is put into SQL: names of tables and columns and whole conditions, each written out in our code."""


def put_in() -> Iterator[tuple[str, str]]:
    """Yield what each text of SQL has put into it, with where."""
    for path in [*(HOUSE / "store").rglob("*.py"), *(HOUSE / "sync").rglob("*.py")]:
        for text in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr)):
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "_" for part in text.values)
            parts = [part.value for part in text.values if isinstance(part, ast.FormattedValue)]
            if BEGINS.match(words):
                yield from ((ast.unparse(part), f"{path.name}:{text.lineno}") for part in parts)


def test_nothing_that_was_typed_is_put_into_sql() -> None:
    """Only constants, and the few words of our own that are named here."""
    found = list(put_in())
    assert len(found) > 20
    assert [(what, where) for what, where in found if not CONSTANT.fullmatch(what) and what not in OUR_WORDS] == []
