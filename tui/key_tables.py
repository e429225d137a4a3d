"""Writes the tables of keys into the pages of docs/: `python -m tui.key_tables FOLDER`.

A page names the classes whose keys it shows, as `<!-- keys: PosScreen LinesTable -->`; the table that follows, up to
`<!-- end of keys -->`, is written anew.
"""

import re
import sys
from pathlib import Path

from tui.all_keys import all_keys, row

TABLE = re.compile(r"(<!-- keys: (?P<owners>[\w ]+) -->\n).*?(<!-- end of keys -->)", re.DOTALL)


def main() -> int:
    """Renew the tables of every page in the folder that was named."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m tui.key_tables FOLDER\n")
        return 2
    for page in sorted(Path(sys.argv[1]).glob("*.md")):
        page.write_text(with_tables(page.read_text()))
    return 0


def with_tables(page: str) -> str:
    """Return a page with the tables that belong into it. Raises KeyError for a class that has no keys."""
    return TABLE.sub(lambda found: f"{found[1]}{table(found['owners'].split())}{found[3]}", page)


def table(owners: list[str]) -> str:
    """Return the keys of some classes as one Markdown table, each name once."""
    rows = {row(binding)[2]: row(binding) for owner in owners for binding in all_keys()[owner].bindings}
    lines = [f"| {_cell(key)} | {_cell(told)} | `{name}` |" for key, told, name in rows.values()]
    return "\n".join(["| Key | What it does | Name |", "|---|---|---|", *lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
