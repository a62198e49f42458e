-- Times are Unix seconds. Numbers are 8 bytes, most significant first: they have no sign, and compare as they count.

-- Moments that only move forward: 'trusted' has certainly passed; before 'pruned' the archive has gaps.
CREATE TABLE moment (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Questions answered. `mark` is a digest. Rows are kept for ever; `keep_until` is not written any more, nor read.
CREATE TABLE nonce (
  mark BLOB PRIMARY KEY,
  spent INTEGER NOT NULL,
  keep_until INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX nonce_keep_until ON nonce (keep_until) WHERE keep_until IS NOT NULL;

-- The newest trust material met. `source`: 1 jurisdiction, 2 DID history, 3 status list.
CREATE TABLE seen (
  source INTEGER NOT NULL,
  name TEXT NOT NULL,
  number BLOB NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

-- Two sides that cannot both be true.
CREATE TABLE conflict (
  source INTEGER NOT NULL,
  name TEXT NOT NULL,
  known_number BLOB NOT NULL,
  known_digest BLOB NOT NULL,
  found_number BLOB NOT NULL,
  found_digest BLOB NOT NULL,
  noted INTEGER NOT NULL,
  PRIMARY KEY (source, name, known_number, known_digest, found_number, found_digest)
) STRICT, WITHOUT ROWID;

-- Trust material as received, each once.
CREATE TABLE archive (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  name TEXT NOT NULL,
  number BLOB NOT NULL,
  digest BLOB NOT NULL,
  first_seen INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (source, name, number, digest)
) STRICT;
