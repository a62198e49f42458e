-- When archived trust material was fetched, which may be many times, and since when that is known here.
CREATE TABLE fetching (
  archive INTEGER NOT NULL REFERENCES archive (id) ON DELETE CASCADE,
  fetched INTEGER NOT NULL,
  noted INTEGER NOT NULL,
  PRIMARY KEY (archive, fetched)
) STRICT, WITHOUT ROWID;
