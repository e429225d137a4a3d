"""The six places of the desk: each with its mode, its key, its name, and what it is for."""

from typing import NamedTuple

from textual.binding import Binding


class Place(NamedTuple):
    """One place; `mode` is the application's."""

    mode: str
    key: str
    title: str
    help: str


PLACES = (
    Place("pos", "f2", "POS", "Go to the point of sale"),
    Place("invoices", "f3", "Invoices", "Go to the invoices"),
    Place("clients", "f4", "Clients", "Go to the clients"),
    Place("outbox", "f5", "Outbox", "Go to what waits to go out"),
    Place("today", "f6", "Today", "Go to today's takings"),
    Place("admin", "f9", "Admin", "Set the clinic up"),
)


def ways(action: str) -> list[Binding]:
    """Return the key of each place, bound to `action` with the place's mode; Admin changes them all by one name."""
    return [
        Binding(p.key, f"{action}('{p.mode}')", p.title, show=False, tooltip=p.help, id=f"app.{p.mode}")
        for p in PLACES
    ]
