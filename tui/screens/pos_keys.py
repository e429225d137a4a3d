"""The POS's second line of keys: what can be done with the whole sale now."""

from textual.binding import ActiveBinding

from tui.widgets.key_bar import KeyBar

SALE_KEYS = ("pos.discount", "pos.notes", "pos.deposit", "pos.resume")


class SaleKeys(KeyBar):
    """The keys of the sale, in their own order; those that do nothing now are left out."""

    def _shown(self) -> list[ActiveBinding]:
        active = {found.binding.id: found for found in self.screen.active_bindings.values() if found.enabled}
        return [active[name] for name in SALE_KEYS if name in active]
