"""The third step of the schema: what a file needs that may one day be brought back from a backup.

`file_id` in `meta` names the data file in every backup and at the gateway; a restored file keeps it, with a writer id
of its own. `strays` are payments on links of this file that the file does not know: they were made after the backup.
Amounts are minor units of `currency`.
"""

SCHEMA = """
INSERT INTO meta (key, value) SELECT 'file_id', value FROM meta WHERE key = 'writer_id';

CREATE TABLE strays (
  id TEXT PRIMARY KEY,
  gateway TEXT NOT NULL,
  gateway_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  code TEXT NOT NULL,
  number TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  paid_at TEXT NOT NULL,
  method TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'counted', 'closed')),
  invoice_id TEXT,
  reason TEXT NOT NULL DEFAULT '',
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
