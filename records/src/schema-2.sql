-- Places of lists that were published as revoked, by records newer than these.
CREATE TABLE revoked_before (
  list INTEGER NOT NULL REFERENCES status_list,
  idx INTEGER NOT NULL,
  PRIMARY KEY (list, idx)
) STRICT, WITHOUT ROWID;

-- Keys that a checked notice called lost or stolen: nothing more is issued to them.
CREATE TABLE reported_key (thumbprint TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- The DID as which the credentials of a list were issued, which alone may sign it. None where it was begun before.
ALTER TABLE status_list ADD COLUMN issuer TEXT;
