"""The tables of the sandbox's book: links, sessions, money, events, kept answers, faults and the journal."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS link (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL UNIQUE,
    dialect TEXT NOT NULL,
    active INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    link_id TEXT NOT NULL,
    payment_id TEXT,
    dialect TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS session_link ON session (link_id, seq);
CREATE INDEX IF NOT EXISTS session_payment ON session (payment_id);
CREATE INDEX IF NOT EXISTS session_open ON session (expires) WHERE status = 'open';
CREATE TABLE IF NOT EXISTS payment (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    charge_id TEXT,
    link_id TEXT NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS payment_link ON payment (link_id, seq);
CREATE INDEX IF NOT EXISTS payment_charge ON payment (charge_id);
CREATE TABLE IF NOT EXISTS refund (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    payment_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS refund_payment ON refund (payment_id, seq);
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    created INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_created ON event (created);
CREATE TABLE IF NOT EXISTS kept_answer (
    key TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    request_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS kept_answer_created ON kept_answer (created);
CREATE TABLE IF NOT EXISTS fault (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    scope TEXT NOT NULL,
    remaining INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    dialect TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    idempotency_key TEXT,
    request_id TEXT,
    status INTEGER,
    replayed INTEGER NOT NULL,
    effect TEXT,
    fault TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
"""
