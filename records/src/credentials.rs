//! Credentials that were issued, and whether they stand.

use bonafide::clock::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::book::Credentials;
use crate::retention::SCREENING_TYPE;
use crate::sqlite::Work;
use crate::values::{Act, Change, ChangeReason, CredentialState, IssuedCredential, Slot};
use crate::{RecordsError, SqliteBook};

const SELECT: &str = "SELECT credential.id, credential.subject, kind, assessed_on, thumbprint, reissue, digest,
  issued, valid_until, list, uri, idx, state
  FROM credential JOIN holder_key ON holder_key.id = holder_key LEFT JOIN status_list ON status_list.id = list";

impl Credentials for SqliteBook {
    fn credential(&self, id: i64) -> Result<IssuedCredential, RecordsError> {
        one(&self.db, id)
    }

    fn credentials_of(&self, subject: i64) -> Result<Vec<IssuedCredential>, RecordsError> {
        many(&self.db, "credential.subject = ?1 ORDER BY credential.id", [subject])
    }

    fn ending(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<IssuedCredential>, RecordsError> {
        // What was renewed has a later one for the same key. Of other types a person may have two: two accounts, two regimes.
        let between = "state = 0 AND valid_until >= ?1 AND valid_until < ?2
            AND NOT (kind IN ('kyc-identity', 'aml-screening') AND EXISTS (
              SELECT 1 FROM credential later WHERE later.subject = credential.subject
              AND later.kind = credential.kind AND later.holder_key = credential.holder_key
              AND later.state = 0 AND later.valid_until > credential.valid_until))";
        let ordered = format!("{between} ORDER BY valid_until, credential.id");
        many(&self.db, &ordered, [from.unix(), until.unix()])
    }

    fn change(
        &mut self,
        credentials: &[i64],
        change: Change,
        act: &Act<'_>,
    ) -> Result<(), RecordsError> {
        self.act(act, |work| {
            for id in credentials {
                let of_this = |error| RecordsError::Credential { id: *id, error: Box::new(error) };
                let credential = one(work.db, *id).map_err(of_this)?;
                may_change(&credential, change).map_err(of_this)?;
                let update = "UPDATE credential SET state = ?2 WHERE id = ?1";
                work.db.execute(update, params![id, change.to.value()])?;
                let key = work.subject_keys.key(credential.subject)?;
                let about = key.as_ref().map(|key| (credential.subject, key));
                let detail = serde_json::json!({"credential": id, "reason": change.reason.word()});
                let kind = match change.to {
                    CredentialState::Valid => "reinstate",
                    CredentialState::Invalid => "revoke",
                    CredentialState::Suspended => "suspend",
                };
                work.log.append(kind, about, &detail.to_string(), work.random)?;
            }
            Ok(())
        })
    }

    fn lists(&self) -> Result<Vec<(i64, String)>, RecordsError> {
        let mut select = self.db.prepare_cached("SELECT id, uri FROM status_list ORDER BY id")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn list_issuer(&self, list: i64) -> Result<Option<String>, RecordsError> {
        let select = "SELECT issuer FROM status_list WHERE id = ?1";
        let found = self.db.query_row(select, [list], |row| row.get(0)).optional()?;
        Ok(found.flatten())
    }

    fn revoked_before(
        &mut self,
        list: i64,
        places: &[u32],
        act: &Act<'_>,
    ) -> Result<(), RecordsError> {
        self.act(act, |work| {
            revoke_places(work, list, places)?;
            let detail = serde_json::json!({"list": list, "places": places.len()});
            work.log.append("revoked-before", None, &detail.to_string(), work.random)
        })
    }

    fn not_valid(&self, list: i64) -> Result<Vec<(u32, CredentialState)>, RecordsError> {
        // Where one place has both, revoked (1) counts and not suspended (2).
        let select = "SELECT idx, min(state) FROM (
               SELECT idx, state FROM credential WHERE list = ?1 AND state <> 0
               UNION ALL SELECT idx, 1 FROM revoked_before WHERE list = ?1
             ) GROUP BY idx ORDER BY idx";
        let mut select = self.db.prepare_cached(select)?;
        let mut rows = select.query([list])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let state = CredentialState::from_value(row.get(1)?).ok_or(RecordsError::NotOurs)?;
            all.push((row.get(0)?, state));
        }
        Ok(all)
    }
}

/// Notes places that were published as revoked; credentials that lie there are revoked from now on.
fn revoke_places(work: &mut Work<'_>, list: i64, places: &[u32]) -> Result<(), RecordsError> {
    let mut keep = work
        .db
        .prepare_cached("INSERT INTO revoked_before VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    let mut revoke = work.db.prepare_cached(
        "UPDATE credential SET state = 1 WHERE list = ?1 AND idx = ?2 AND state <> 1",
    )?;
    for place in places {
        keep.execute([list, i64::from(*place)])?;
        revoke.execute([list, i64::from(*place)])?;
    }
    Ok(())
}

/// Revoked is final; a suspicion is never shown as "suspended", nor a screening at all.
fn may_change(credential: &IssuedCredential, change: Change) -> Result<(), RecordsError> {
    let suspicion = credential.kind == SCREENING_TYPE || change.reason.is_suspicion();
    if credential.slot.is_none() {
        return Err(RecordsError::NoStatus);
    }
    match (credential.state, change.to) {
        (CredentialState::Invalid, CredentialState::Invalid) => Err(RecordsError::Unchanged),
        (CredentialState::Invalid, _) => Err(RecordsError::Final),
        (before, to) if before == to => Err(RecordsError::Unchanged),
        (_, CredentialState::Suspended) if suspicion => Err(RecordsError::TipsOff),
        _ => Ok(()),
    }
}

impl ChangeReason {
    /// The reason of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

fn one(db: &Connection, id: i64) -> Result<IssuedCredential, RecordsError> {
    let found = many(db, "credential.id = ?1", [id])?;
    found.into_iter().next().ok_or(RecordsError::UnknownCredential)
}

fn many(
    db: &Connection,
    which: &str,
    by: impl rusqlite::Params,
) -> Result<Vec<IssuedCredential>, RecordsError> {
    let mut select = db.prepare_cached(&format!("{SELECT} WHERE {which}"))?;
    let mut rows = select.query(by)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<IssuedCredential, RecordsError> {
    let moment = |name: &str| -> Result<Timestamp, RecordsError> {
        Timestamp::from_unix(row.get(name)?).ok_or(RecordsError::NotOurs)
    };
    let slot = match row.get::<_, Option<i64>>("list")? {
        Some(list) => Some(Slot { list, uri: row.get("uri")?, index: row.get("idx")? }),
        None => None,
    };
    Ok(IssuedCredential {
        id: row.get("id")?,
        subject: row.get("subject")?,
        kind: row.get("kind")?,
        assessed_on: row.get("assessed_on")?,
        key: row.get("thumbprint")?,
        reissue: row.get("reissue")?,
        digest: row.get("digest")?,
        slot,
        issued: moment("issued")?,
        until: moment("valid_until")?,
        state: CredentialState::from_value(row.get("state")?).ok_or(RecordsError::NotOurs)?,
    })
}
