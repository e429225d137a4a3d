"""Clients, catalogue and invoices from files of other systems: checked row by row, taken whole or not at all."""
