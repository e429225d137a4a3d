"""What is true: one SQLite file, its ledger, its outbox, invoices and clients."""
