"""What is known of one outbox entry, in lines: what and why, since when, what each decision means, every try."""

from textual.content import Content

from store.outbox_words import OutboxLine
from store.text import cleaned
from tui.screens.invoice_sections import Here
from tui.screens.outbox_words import OUTCOMES, choices, next_try
from tui.widgets.sheet import Lines, hanging

Attempts = tuple[tuple[str, str, str], ...]
"""(time, outcome, answer) of each try, oldest first."""

_INDENT = 9


def detail_lines(line: OutboxLine, attempts: Attempts, here: Here, width: int) -> Lines:
    """Return the lines for one entry."""
    entry, why = line.entry, line.why
    what = Content.styled(cleaned(line.what), "bold").wrap(width)
    since = f"{here.time(entry.created_at)} by {entry.created_by}"
    lines = [*what, *(hanging(width, _INDENT, "Why", why) if why else []), *hanging(width, _INDENT, "Since", since)]
    when = next_try(line, here.now)
    if when:
        lines += hanging(width, _INDENT, "Next", when)
    for place, choice in enumerate(choices(line)):
        lines += hanging(width, _INDENT, "" if place else "Choices", choice)
    for place, (at, outcome, answer) in enumerate(reversed(attempts)):
        is_said = answer == why and len(answer) > width // 2
        told = ", as said above" if is_said else f": {answer}" if answer else ""
        tried = f"{here.time(at)}  {OUTCOMES.get(outcome, outcome)}{told}"
        lines += hanging(width, _INDENT, "" if place else "Tries", tried, "$quiet")
    return lines
