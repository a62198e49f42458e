-- SHA-256 of the bytes kept, to tell damage of the file from what somebody signed. None where it was kept before.
ALTER TABLE archive ADD COLUMN sum BLOB;
