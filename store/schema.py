"""The first schema of the data file, as one script.

Money is integer minor units (pence), VAT rates are basis points (2000 is 20%), quantities are thousandths,
times are UTC in ISO 8601 with milliseconds. Ids that may leave this machine are ULIDs.
"""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE clients (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email TEXT NOT NULL DEFAULT '',
  mobile TEXT NOT NULL DEFAULT '',
  mobile_key TEXT NOT NULL DEFAULT '',
  channels TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE clients_fts USING fts5(
  name, email, mobile_key, content='clients', content_rowid='seq',
  prefix='1 2 3', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER clients_fts_insert AFTER INSERT ON clients BEGIN
  INSERT INTO clients_fts (rowid, name, email, mobile_key)
  VALUES (new.seq, new.name, new.email, new.mobile_key);
END;
CREATE TRIGGER clients_fts_delete AFTER DELETE ON clients BEGIN
  INSERT INTO clients_fts (clients_fts, rowid, name, email, mobile_key)
  VALUES ('delete', old.seq, old.name, old.email, old.mobile_key);
END;
CREATE TRIGGER clients_fts_update AFTER UPDATE OF name, email, mobile_key ON clients BEGIN
  INSERT INTO clients_fts (clients_fts, rowid, name, email, mobile_key)
  VALUES ('delete', old.seq, old.name, old.email, old.mobile_key);
  INSERT INTO clients_fts (rowid, name, email, mobile_key)
  VALUES (new.seq, new.name, new.email, new.mobile_key);
END;

CREATE TABLE catalogue (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  code TEXT NOT NULL DEFAULT '',
  price INTEGER NOT NULL CHECK (price >= 0),
  vat_rate INTEGER NOT NULL CHECK (vat_rate BETWEEN 0 AND 10000),
  active INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE catalogue_fts USING fts5(
  name, code, content='catalogue', content_rowid='seq',
  prefix='1 2 3', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER catalogue_fts_insert AFTER INSERT ON catalogue BEGIN
  INSERT INTO catalogue_fts (rowid, name, code) VALUES (new.seq, new.name, new.code);
END;
CREATE TRIGGER catalogue_fts_delete AFTER DELETE ON catalogue BEGIN
  INSERT INTO catalogue_fts (catalogue_fts, rowid, name, code)
  VALUES ('delete', old.seq, old.name, old.code);
END;
CREATE TRIGGER catalogue_fts_update AFTER UPDATE OF name, code ON catalogue BEGIN
  INSERT INTO catalogue_fts (catalogue_fts, rowid, name, code)
  VALUES ('delete', old.seq, old.name, old.code);
  INSERT INTO catalogue_fts (rowid, name, code) VALUES (new.seq, new.name, new.code);
END;

CREATE TABLE invoices (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL UNIQUE,
  client_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'unpaid', 'part_paid', 'paid', 'void')),
  currency TEXT NOT NULL,
  total INTEGER NOT NULL,
  vat INTEGER NOT NULL,
  paid INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1,
  search TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  issued_at TEXT
) STRICT;
CREATE INDEX invoices_by_client ON invoices (client_id, seq);
CREATE INDEX invoices_by_state ON invoices (state, seq);

CREATE VIEW invoice_words AS
  SELECT i.seq, i.search, c.name AS client, c.mobile_key AS mobile
  FROM invoices i LEFT JOIN clients c ON c.id = i.client_id;
CREATE VIRTUAL TABLE invoices_fts USING fts5(
  search, client, mobile, content='invoice_words', content_rowid='seq',
  prefix='1 2 3', tokenize='unicode61 remove_diacritics 2');
CREATE TRIGGER invoices_fts_insert AFTER INSERT ON invoices BEGIN
  INSERT INTO invoices_fts (rowid, search, client, mobile)
  SELECT seq, search, client, mobile FROM invoice_words WHERE seq = new.seq;
END;
CREATE TRIGGER invoices_fts_update AFTER UPDATE OF search, client_id ON invoices
WHEN old.search IS NOT new.search OR old.client_id IS NOT new.client_id BEGIN
  INSERT INTO invoices_fts (invoices_fts, rowid, search, client, mobile)
  VALUES ('delete', old.seq, old.search,
          (SELECT name FROM clients WHERE id = old.client_id),
          (SELECT mobile_key FROM clients WHERE id = old.client_id));
  INSERT INTO invoices_fts (rowid, search, client, mobile)
  SELECT seq, search, client, mobile FROM invoice_words WHERE seq = new.seq;
END;
CREATE TRIGGER invoices_fts_client AFTER UPDATE OF name, mobile_key ON clients
WHEN old.name IS NOT new.name OR old.mobile_key IS NOT new.mobile_key BEGIN
  INSERT INTO invoices_fts (invoices_fts, rowid, search, client, mobile)
  SELECT 'delete', seq, search, old.name, old.mobile_key FROM invoices WHERE client_id = old.id;
  INSERT INTO invoices_fts (rowid, search, client, mobile)
  SELECT seq, search, new.name, new.mobile_key FROM invoices WHERE client_id = old.id;
END;

CREATE TABLE lines (
  invoice_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  description TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
  vat_rate INTEGER NOT NULL CHECK (vat_rate BETWEEN 0 AND 10000),
  total INTEGER NOT NULL,
  PRIMARY KEY (invoice_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE payments (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL,
  type TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount <> 0),
  at TEXT NOT NULL,
  reference TEXT NOT NULL DEFAULT '',
  request_id TEXT,
  gateway_payment_id TEXT UNIQUE,
  actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payments_by_invoice ON payments (invoice_id);

CREATE TABLE requests (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  invoice_id TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  origin TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('queued', 'live', 'paid', 'cancelling', 'cancelled', 'expired', 'stopped', 'attention')),
  reason TEXT NOT NULL DEFAULT '',
  gateway TEXT NOT NULL DEFAULT '',
  gateway_id TEXT,
  url TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  live_at TEXT,
  closed_at TEXT,
  next_poll_at TEXT,
  watched_until TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_by_invoice ON requests (invoice_id);
CREATE INDEX requests_by_gateway_id ON requests (gateway_id) WHERE gateway_id IS NOT NULL;
CREATE INDEX requests_watched ON requests (watched_until) WHERE watched_until IS NOT NULL;
CREATE INDEX requests_open ON requests (next_poll_at) WHERE state IN ('live', 'cancelling');

CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  request_id TEXT,
  invoice_id TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'stopped')),
  net INTEGER NOT NULL,
  vat INTEGER NOT NULL,
  segments INTEGER NOT NULL DEFAULT 0,
  result TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  sent_at TEXT,
  address TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_by_request ON messages (request_id);

CREATE TABLE charges (
  origin TEXT NOT NULL,
  channel TEXT NOT NULL,
  net INTEGER NOT NULL,
  vat_rate INTEGER NOT NULL,
  per TEXT NOT NULL CHECK (per IN ('message', 'segment')),
  PRIMARY KEY (origin, channel)
) STRICT, WITHOUT ROWID;
INSERT INTO charges (origin, channel, net, vat_rate, per) VALUES
  ('pos', 'email', 0, 0, 'message'),
  ('pos', 'sms', 5, 2000, 'message'),
  ('invoice', 'email', 2, 0, 'message'),
  ('invoice', 'sms', 5, 2000, 'message');

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('create_link', 'cancel_link', 'refund', 'email', 'sms', 'notify')),
  subject_id TEXT NOT NULL,
  invoice_id TEXT,
  idempotency_key TEXT NOT NULL,
  payload TEXT NOT NULL DEFAULT '{}',
  state TEXT NOT NULL CHECK (state IN ('ready', 'claimed', 'done', 'attention', 'held', 'dropped')),
  attempts INTEGER NOT NULL DEFAULT 0,
  first_attempt_at TEXT,
  next_attempt_at TEXT NOT NULL,
  lease_owner TEXT,
  lease_until TEXT,
  unsure INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (kind, next_attempt_at, seq) WHERE state = 'ready';
CREATE INDEX outbox_open ON outbox (state, seq) WHERE state IN ('ready', 'claimed', 'attention', 'held');
CREATE INDEX outbox_by_subject ON outbox (subject_id);

CREATE TABLE attempts (
  entry_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  at TEXT NOT NULL,
  outcome TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (entry_id, attempt, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE services (
  name TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('online', 'offline', 'refused')),
  since TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  heard_at TEXT,
  next_try_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (feed TEXT PRIMARY KEY, cursor TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
  writer_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  entry_id TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  invoice_id TEXT,
  payload TEXT NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (writer_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_by_invoice ON ledger (invoice_id);
CREATE TRIGGER ledger_is_append_only_update BEFORE UPDATE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_is_append_only_delete BEFORE DELETE ON ledger BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
"""
