CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

-- `lookup` finds a subject by its external id, and is no name to anybody without the key. Both it and `sealed`
-- are gone after an erasure.
CREATE TABLE subject (
  id INTEGER PRIMARY KEY,
  lookup BLOB UNIQUE,
  sealed BLOB,
  since INTEGER NOT NULL,
  ended TEXT
) STRICT;

CREATE TABLE holder_key (
  id INTEGER PRIMARY KEY,
  thumbprint TEXT NOT NULL UNIQUE,
  subject INTEGER NOT NULL REFERENCES subject
) STRICT;
CREATE INDEX holder_key_subject ON holder_key (subject);

CREATE TABLE nonce (nonce TEXT PRIMARY KEY, subject INTEGER NOT NULL REFERENCES subject) STRICT, WITHOUT ROWID;

CREATE TABLE status_list (
  id INTEGER PRIMARY KEY,
  uri TEXT NOT NULL UNIQUE,
  used INTEGER NOT NULL
) STRICT;

-- `record_ref` is sealed. A credential without `list` has no status.
CREATE TABLE credential (
  id INTEGER PRIMARY KEY,
  subject INTEGER NOT NULL REFERENCES subject,
  kind TEXT NOT NULL,
  assessed_on TEXT NOT NULL,
  holder_key INTEGER NOT NULL REFERENCES holder_key,
  reissue INTEGER NOT NULL,
  digest BLOB NOT NULL,
  issued INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  list INTEGER REFERENCES status_list,
  idx INTEGER,
  state INTEGER NOT NULL DEFAULT 0,
  record_ref BLOB,
  -- Assurance of the identification: 1 low, 2 substantial, 3 high; 0 where the claims name none.
  level INTEGER NOT NULL,
  UNIQUE (subject, kind, assessed_on, holder_key, reissue)
) STRICT;
CREATE UNIQUE INDEX credential_slot ON credential (list, idx) WHERE list IS NOT NULL;
CREATE INDEX credential_changed ON credential (list, idx) WHERE state <> 0;
CREATE INDEX credential_until ON credential (valid_until) WHERE state = 0;

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  began INTEGER NOT NULL
) STRICT;

CREATE TABLE delivery (
  id INTEGER PRIMARY KEY,
  subject INTEGER NOT NULL REFERENCES subject,
  job INTEGER REFERENCES job,
  made INTEGER NOT NULL,
  encrypted INTEGER NOT NULL,
  placed INTEGER NOT NULL,
  UNIQUE (job, subject)
) STRICT;

CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  operator TEXT NOT NULL,
  approver TEXT,
  kind TEXT NOT NULL,
  subject INTEGER,
  sealed BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX log_subject ON log (subject) WHERE subject IS NOT NULL;

CREATE TABLE head (day TEXT PRIMARY KEY, token TEXT NOT NULL) STRICT, WITHOUT ROWID;
