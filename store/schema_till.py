"""The second step of the schema: the till, staff, days, refunds, account credit and imports.

Units are those of `store.schema`: pence, basis points, thousandths, UTC. A discount is either a rate of what it is
taken off (`discount_rate`, basis points) or an amount (`discount`, pence, worked out in both cases).
"""

SCHEMA = """
CREATE TABLE staff (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('reception', 'manager')),
  pin_hash TEXT NOT NULL,
  active INTEGER NOT NULL DEFAULT 1,
  failures INTEGER NOT NULL DEFAULT 0,
  locked_until TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE payment_types (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  kind TEXT NOT NULL CHECK (kind IN ('cash', 'recorded', 'credit', 'link')),
  key TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
INSERT INTO payment_types (code, name, kind, key, position) VALUES
  ('payment_link', 'Payment link', 'link', 'p', 1),
  ('cash', 'Cash', 'cash', 'c', 2),
  ('card', 'Card terminal', 'recorded', 't', 3),
  ('transfer', 'Bank transfer', 'recorded', 'b', 4),
  ('account_credit', 'Account credit', 'credit', 'a', 5);

ALTER TABLE clients ADD COLUMN email_consent INTEGER NOT NULL DEFAULT 1 CHECK (email_consent IN (0, 1));
ALTER TABLE clients ADD COLUMN sms_consent INTEGER NOT NULL DEFAULT 1 CHECK (sms_consent IN (0, 1));
ALTER TABLE clients ADD COLUMN merged_into TEXT;
ALTER TABLE clients ADD COLUMN erased_at TEXT;

CREATE TABLE client_notes (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX client_notes_by_client ON client_notes (client_id);

CREATE TABLE credits (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount <> 0),
  type TEXT NOT NULL,
  at TEXT NOT NULL,
  reference TEXT NOT NULL DEFAULT '',
  payment_id TEXT,
  actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX credits_by_client ON credits (client_id);
CREATE INDEX credits_by_time ON credits (at);

ALTER TABLE catalogue ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE INDEX catalogue_by_code ON catalogue (code) WHERE code <> '';

ALTER TABLE invoices ADD COLUMN discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0);
ALTER TABLE invoices ADD COLUMN discount_rate INTEGER NOT NULL DEFAULT 0 CHECK (discount_rate BETWEEN 0 AND 10000);
ALTER TABLE invoices ADD COLUMN credited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE invoices ADD COLUMN parked_at TEXT;
ALTER TABLE invoices ADD COLUMN external_ref TEXT;
ALTER TABLE invoices ADD COLUMN approved_off INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN approved_full INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX invoices_by_external_ref ON invoices (external_ref) WHERE external_ref IS NOT NULL;
CREATE INDEX invoices_by_issue ON invoices (issued_at) WHERE issued_at IS NOT NULL;
CREATE INDEX invoices_parked ON invoices (parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX invoices_by_day ON invoices (coalesce(issued_at, created_at));
CREATE INDEX requests_by_code_end ON requests (substr(code, 5));

DROP TRIGGER invoices_fts_update;
DROP TRIGGER invoices_fts_client;
DROP VIEW invoice_words;
CREATE VIEW invoice_words AS
  SELECT i.seq, i.search || ' ' || coalesce(i.external_ref, '') AS search, c.name AS client, c.mobile_key AS mobile
  FROM invoices i LEFT JOIN clients c ON c.id = i.client_id;
INSERT INTO invoices_fts (invoices_fts) VALUES ('rebuild');
CREATE TRIGGER invoices_fts_update AFTER UPDATE OF search, client_id, external_ref ON invoices
WHEN old.search IS NOT new.search OR old.client_id IS NOT new.client_id OR old.external_ref IS NOT new.external_ref
BEGIN
  INSERT INTO invoices_fts (invoices_fts, rowid, search, client, mobile)
  VALUES ('delete', old.seq, old.search || ' ' || coalesce(old.external_ref, ''),
          (SELECT name FROM clients WHERE id = old.client_id),
          (SELECT mobile_key FROM clients WHERE id = old.client_id));
  INSERT INTO invoices_fts (rowid, search, client, mobile)
  SELECT seq, search, client, mobile FROM invoice_words WHERE seq = new.seq;
END;
CREATE TRIGGER invoices_fts_client AFTER UPDATE OF name, mobile_key ON clients
WHEN old.name IS NOT new.name OR old.mobile_key IS NOT new.mobile_key BEGIN
  INSERT INTO invoices_fts (invoices_fts, rowid, search, client, mobile)
  SELECT 'delete', seq, search || ' ' || coalesce(external_ref, ''), old.name, old.mobile_key
  FROM invoices WHERE client_id = old.id;
  INSERT INTO invoices_fts (rowid, search, client, mobile)
  SELECT seq, search || ' ' || coalesce(external_ref, ''), new.name, new.mobile_key
  FROM invoices WHERE client_id = old.id;
END;
CREATE TRIGGER invoices_fts_delete AFTER DELETE ON invoices BEGIN
  INSERT INTO invoices_fts (invoices_fts, rowid, search, client, mobile)
  VALUES ('delete', old.seq, old.search || ' ' || coalesce(old.external_ref, ''),
          (SELECT name FROM clients WHERE id = old.client_id),
          (SELECT mobile_key FROM clients WHERE id = old.client_id));
END;

ALTER TABLE lines ADD COLUMN discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0);
ALTER TABLE lines ADD COLUMN discount_rate INTEGER NOT NULL DEFAULT 0 CHECK (discount_rate BETWEEN 0 AND 10000);

ALTER TABLE payments ADD COLUMN recorded_at TEXT NOT NULL DEFAULT '';
ALTER TABLE payments ADD COLUMN refund_of TEXT;
ALTER TABLE payments ADD COLUMN credited INTEGER NOT NULL DEFAULT 0;
UPDATE payments SET recorded_at = coalesce((
  SELECT l.at FROM ledger l WHERE l.kind = 'payment_recorded' AND l.invoice_id = payments.invoice_id
  AND json_extract(l.payload, '$.payment') = payments.id), at);
CREATE INDEX payments_by_time ON payments (recorded_at);

CREATE TABLE refunds (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  credited INTEGER NOT NULL,
  type TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
  reason TEXT NOT NULL,
  result TEXT NOT NULL DEFAULT '',
  gateway_refund_id TEXT,
  created_at TEXT NOT NULL,
  closed_at TEXT,
  actor TEXT NOT NULL,
  still_owed INTEGER NOT NULL DEFAULT 0 CHECK (still_owed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX refunds_by_invoice ON refunds (invoice_id);
CREATE INDEX refunds_by_payment ON refunds (payment_id);

UPDATE requests SET next_poll_at = NULL WHERE state NOT IN ('live', 'cancelling');
CREATE INDEX requests_paid ON requests (next_poll_at) WHERE state = 'paid' AND next_poll_at IS NOT NULL;

CREATE INDEX messages_by_invoice ON messages (invoice_id);
CREATE INDEX messages_by_time ON messages (sent_at) WHERE sent_at IS NOT NULL;

CREATE TABLE days (
  id TEXT PRIMARY KEY,
  from_at TEXT NOT NULL,
  to_at TEXT NOT NULL,
  float INTEGER NOT NULL,
  expected INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  reason TEXT NOT NULL,
  summary TEXT NOT NULL,
  actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE imports (
  digest TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed')),
  detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
