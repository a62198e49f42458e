//! Recording what was issued, and the places in status lists.

use bonafide::clock::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};

use crate::book::Issuing;
use crate::keys::SealingKey;
use crate::sqlite::Work;
use crate::values::{
    Act, Before, CredentialState, Delivery, Identified, NewCredential, NewDelivery, Slot,
};
use crate::{RecordsError, SqliteBook, database, settings, subjects};

/// Places in one list: the longest that everybody reads.
pub const LIST_LEN: u32 = 1 << 20;

/// A list is taken to be full at half its length, so that a free place is found in two tries.
const FULL: u32 = LIST_LEN / 2;

impl Issuing for SqliteBook {
    fn free_slots(&mut self, count: usize, issuer: &str) -> Result<Vec<Slot>, RecordsError> {
        let Some(url) = settings::status_url(&self.db)? else { return Ok(Vec::new()) };
        let wanted = u32::try_from(count).map_err(|_| RecordsError::TooLarge)?;
        let change = database::begin(&mut self.db)?;
        let (list, uri) = list_with_room(&change, (&url, issuer), wanted)?;
        let mut slots = Vec::with_capacity(count);
        {
            let taken = "SELECT 1 FROM credential WHERE list = ?1 AND idx = ?2
                 UNION ALL SELECT 1 FROM revoked_before WHERE list = ?1 AND idx = ?2";
            let mut taken = change.prepare_cached(taken)?;
            while slots.len() < count {
                let mut bytes = [0; 4];
                self.random.fill(&mut bytes)?;
                let index = u32::from_be_bytes(bytes) % LIST_LEN;
                if !taken.exists([list, i64::from(index)])? && self.handed_out.insert((list, index))
                {
                    slots.push(Slot { list, uri: uri.clone(), index });
                }
            }
        }
        change.commit()?;
        Ok(slots)
    }

    fn issue(
        &mut self,
        deliveries: &[NewDelivery],
        act: &Act<'_>,
    ) -> Result<Vec<i64>, RecordsError> {
        let made = self.act(act, |work| {
            deliveries.iter().map(|delivery| deliver(work, delivery, act.at)).collect()
        });
        for credential in deliveries.iter().flat_map(|delivery| &delivery.credentials) {
            if let Some(slot) = &credential.slot {
                self.handed_out.remove(&(slot.list, slot.index));
            }
        }
        made
    }

    fn issued_before(
        &self,
        external_id: &str,
        credentials: &[(&str, &str, &str)],
    ) -> Result<Vec<Option<Before>>, RecordsError> {
        let Some(subject) = subjects::find(&self.db, &self.key.lookup(external_id))? else {
            return Ok(vec![None; credentials.len()]);
        };
        let mut select = self.db.prepare_cached(
            "SELECT reissue, state FROM credential JOIN holder_key ON holder_key.id = holder_key
             WHERE credential.subject = ?1 AND kind = ?2 AND assessed_on = ?3 AND thumbprint = ?4
             ORDER BY reissue DESC LIMIT 1",
        )?;
        let found = credentials.iter().map(|(kind, assessed_on, key)| {
            let of = params![subject, kind, assessed_on, key];
            let found = select.query_row(of, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let before = |(reissue, state)| {
                let state = CredentialState::from_value(state).ok_or(RecordsError::NotOurs)?;
                Ok(Before { reissue, state })
            };
            found.map(before).transpose()
        });
        found.collect()
    }

    fn job(&self, digest: &[u8; 32]) -> Result<Option<(i64, Timestamp)>, RecordsError> {
        let mut select = self.db.prepare_cached("SELECT id, began FROM job WHERE digest = ?1")?;
        let found: Option<(i64, i64)> =
            select.query_row([digest], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((id, began)) = found else { return Ok(None) };
        Ok(Some((id, Timestamp::from_unix(began).ok_or(RecordsError::NotOurs)?)))
    }

    fn begin_job(&mut self, digest: &[u8; 32], at: Timestamp) -> Result<i64, RecordsError> {
        let new = "INSERT INTO job (digest, began) VALUES (?1, ?2)";
        self.db.execute(new, params![digest, at.unix()])?;
        Ok(self.db.last_insert_rowid())
    }

    fn delivery(&self, job: i64, external_id: &str) -> Result<Option<Delivery>, RecordsError> {
        let Some(subject) = subjects::find(&self.db, &self.key.lookup(external_id))? else {
            return Ok(None);
        };
        let select = "SELECT id, placed FROM delivery WHERE job = ?1 AND subject = ?2";
        let mut select = self.db.prepare_cached(select)?;
        let found = select
            .query_row([job, subject], |row| Ok(Delivery { id: row.get(0)?, placed: row.get(1)? }));
        Ok(found.optional()?)
    }

    fn placed(&mut self, deliveries: &[i64]) -> Result<(), RecordsError> {
        let change = database::begin(&mut self.db)?;
        {
            let mut update =
                change.prepare_cached("UPDATE delivery SET placed = 1 WHERE id = ?1")?;
            for id in deliveries {
                update.execute([id])?;
            }
        }
        Ok(change.commit()?)
    }
}

/// A list of that issuer with so many free places, begun if need be.
fn list_with_room(
    db: &Connection,
    (url, issuer): (&str, &str),
    wanted: u32,
) -> Result<(i64, String), RecordsError> {
    if wanted > FULL {
        return Err(RecordsError::TooLarge);
    }
    let newest = "SELECT id, uri, used FROM status_list WHERE issuer = ?1 ORDER BY id DESC LIMIT 1";
    let newest: Option<(i64, String, u32)> = db
        .query_row(newest, [issuer], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if let Some((id, uri, used)) = newest
        && uri.starts_with(url)
        && used + wanted <= FULL
    {
        return Ok((id, uri));
    }
    let last: Option<i64> =
        db.query_row("SELECT max(id) FROM status_list", [], |row| row.get(0))?;
    let number = match last {
        Some(last) => last + 1,
        None => settings::first_list(db)?,
    };
    let uri = format!("{url}{number}");
    let begin = "INSERT INTO status_list (id, uri, used, issuer) VALUES (?1, ?2, 0, ?3)";
    db.execute(begin, params![number, uri, issuer])?;
    Ok((number, uri))
}

fn deliver(
    work: &mut Work<'_>,
    delivery: &NewDelivery,
    at: Timestamp,
) -> Result<i64, RecordsError> {
    let (subject, key) = subjects::admit(work, &delivery.external_id, at)?;
    for key in keys_of(delivery) {
        if let Some(since) = subjects::reported(work.db, key)? {
            return Err(RecordsError::KeyReported { since });
        }
    }
    let replaced = whose_keys(work.db, subject, delivery)?;
    for (nonce, _) in &delivery.nonces {
        let owner = subjects::nonce_owner(work.db, nonce)?;
        let insert = "INSERT INTO nonce (nonce, subject) VALUES (?1, ?2)";
        own(work.db, owner, subject, (insert, nonce), RecordsError::NonceOfAnother)?;
    }
    for credential in &delivery.credentials {
        let owned = &credential.key;
        let owner = subjects::key_owner(work.db, owned)?;
        let insert = "INSERT INTO holder_key (thumbprint, subject) VALUES (?1, ?2)";
        own(work.db, owner, subject, (insert, owned), RecordsError::KeyOfAnother)?;
        record(work, (subject, &key), credential, at)?;
    }
    let insert =
        "INSERT INTO delivery (subject, job, made, encrypted, placed) VALUES (?1, ?2, ?3, ?4, ?5)";
    let placed = delivery.job.is_none();
    work.db.prepare_cached(insert)?.execute(params![
        subject,
        delivery.job,
        at.unix(),
        delivery.encrypted,
        placed
    ])?;
    let id = work.db.last_insert_rowid();
    let kind = if delivery.encrypted { "issue" } else { "issue-plain" };
    work.log.append(kind, Some((subject, &key)), &detail(delivery), work.random)?;
    for credential in replaced {
        let revoke = "UPDATE credential SET state = 1 WHERE id = ?1";
        work.db.prepare_cached(revoke)?.execute([credential])?;
        let detail = serde_json::json!({"credential": credential, "reason": "key-lost"});
        work.log.append("revoke", Some((subject, &key)), &detail.to_string(), work.random)?;
    }
    Ok(id)
}

/// The keys that were proved, and those issued to.
fn keys_of(delivery: &NewDelivery) -> impl Iterator<Item = &str> {
    let proved = delivery.nonces.iter().map(|(_, key)| key.as_str());
    proved.chain(delivery.credentials.iter().map(|credential| credential.key.as_str()))
}

/// Whether the subject may have these keys, and which credentials of other keys end with them: all, where the
/// person was identified anew (DESIGN §3).
fn whose_keys(
    db: &Connection,
    subject: i64,
    delivery: &NewDelivery,
) -> Result<Vec<i64>, RecordsError> {
    let keys: Vec<&str> = keys_of(delivery).collect();
    if !matches!(delivery.identified, Identified::Anew(_)) {
        let known = delivery.identified == Identified::Shown
            || subjects::may_bring_keys(db, subject, &keys)?;
        return if known { Ok(Vec::new()) } else { Err(RecordsError::NotIdentifiedAnew) };
    }
    let mut select = db.prepare_cached(
        "SELECT credential.id, thumbprint, level FROM credential
         JOIN holder_key ON holder_key.id = holder_key WHERE credential.subject = ?1 AND state <> 1",
    )?;
    let mut rows = select.query([subject])?;
    let lowest = delivery.credentials.iter().map(|credential| credential.level as i64).min();
    let mut ended = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, key, level): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if lowest.is_some_and(|lowest| lowest < level) {
            return Err(RecordsError::LessSure);
        }
        if !keys.contains(&key.as_str()) {
            ended.push(id);
        }
    }
    Ok(ended)
}

/// What the log says of a delivery: types, days, keys and how the subject was identified. No claims.
fn detail(delivery: &NewDelivery) -> String {
    let credentials = delivery.credentials.iter().map(|one| {
        serde_json::json!({"type": one.kind, "assessed_on": one.assessed_on, "key": one.key, "reissue": one.reissue})
    });
    let credentials: Vec<_> = credentials.collect();
    let identified = match &delivery.identified {
        Identified::Unsaid => serde_json::Value::Null,
        Identified::Shown => serde_json::json!("presentation"),
        Identified::Here(reference) => serde_json::json!({"here": reference}),
        Identified::Anew(reference) => serde_json::json!({"anew": reference}),
    };
    serde_json::json!({"identified": identified, "credentials": credentials}).to_string()
}

/// Notes that a key or nonce belongs to the subject, and to nobody else.
fn own(
    db: &Connection,
    owner: Option<i64>,
    subject: i64,
    (insert, what): (&str, &str),
    of_another: RecordsError,
) -> Result<(), RecordsError> {
    match owner {
        Some(there) if there == subject => Ok(()),
        Some(_) => Err(of_another),
        None => {
            db.prepare_cached(insert)?.execute(params![what, subject])?;
            Ok(())
        }
    }
}

fn record(
    work: &mut Work<'_>,
    (subject, key): (i64, &SealingKey),
    new: &NewCredential,
    at: Timestamp,
) -> Result<(), RecordsError> {
    let record_ref = new.record_ref.as_ref();
    let record_ref = record_ref
        .map(|text| key.seal(new.digest.as_slice(), text.as_bytes(), work.random))
        .transpose()?;
    let mut insert = work.db.prepare_cached(
        "INSERT INTO credential (subject, kind, assessed_on, holder_key, reissue, digest, issued,
           valid_from, valid_until, list, idx, record_ref, level)
         VALUES (?1, ?2, ?3, (SELECT id FROM holder_key WHERE thumbprint = ?4), ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    let done = insert.execute(params![
        subject,
        new.kind,
        new.assessed_on,
        new.key,
        new.reissue,
        new.digest,
        at.unix(),
        new.from.unix(),
        new.until.unix(),
        new.slot.as_ref().map(|slot| slot.list),
        new.slot.as_ref().map(|slot| slot.index),
        record_ref,
        new.level as i64,
    ]);
    match done {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Err(RecordsError::IssuedBefore)
        }
        done => Ok(done.map(|_| ())?),
    }?;
    if let Some(slot) = &new.slot {
        work.db
            .prepare_cached("UPDATE status_list SET used = used + 1 WHERE id = ?1")?
            .execute([slot.list])?;
    }
    Ok(())
}
