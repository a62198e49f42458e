//! `bonafide bundle qr` and `join`: a small bundle through a camera.

use std::path::Path;

use bonafide::bundle::{self, Part};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::json;

use super::super::Context;
use crate::error::{CliError, Result};
use crate::{files, output, text};

/// Longest file of scanned texts read: every part many times.
const MAX_TEXT: usize = 16 << 20;

/// What the text of a part begins with, in small letters.
const MARK: &str = "bonafide-part/";

pub fn print(context: &Context, path: &Path, only_text: bool, out: Option<&Path>) -> Result<()> {
    let bytes = super::read(path)?;
    super::open(context, path, &bytes)?;
    let parts = bundle::split(&bytes)?;
    if context.json {
        let texts: Vec<String> = parts.iter().map(Part::text).collect();
        files::write(out, &format!("{:#}", json!({"parts": texts})))?;
    } else {
        let pages: Vec<String> = parts.iter().map(|part| page(part, only_text)).collect();
        files::write(out, &pages.join("\n"))?;
    }
    let count = text::amount(parts.len(), "code");
    output::talk(&format!("{count}. Scan them in any order into one file, one text on each line."));
    output::talk("There: `bonafide bundle join FILE --out BUNDLE`.");
    Ok(())
}

/// A code with its text below, so that what was printed can also be joined from the file.
fn page(part: &Part, only_text: bool) -> String {
    let text = part.text();
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M);
    match code {
        Ok(code) if !only_text => {
            // Ink is dark: drawn for paper, with the margin that readers want.
            let picture = code.render::<Dense1x2>().build();
            format!("Part {} of {}\n\n{picture}\n\n{text}\n", part.number(), part.of())
        }
        _ => text,
    }
}

pub fn join(context: &Context, path: &Path, out: &Path) -> Result<()> {
    let scanned = files::read_text(path, MAX_TEXT)?;
    let lines = (1..).zip(scanned.trim_start_matches('\u{feff}').lines());
    let marked = |line: &str| {
        line.trim_start().get(..MARK.len()).is_some_and(|mark| mark.eq_ignore_ascii_case(MARK))
    };
    let parts = lines.filter(|(_, line)| marked(line)).map(|(n, line)| {
        Part::parse(line).map_err(|error| {
            let message = format!("{}, line {n}: {error}", text::path(path));
            CliError::refused(error.code(), message, error.next_step())
        })
    });
    let parts: Vec<Part> = parts.collect::<Result<_>>()?;
    let bytes = bundle::join(&parts)?;
    let bundle = super::open(context, path, &bytes)?;
    files::check_free(out)?;
    files::replace(out, &bytes)?;
    if context.json {
        output::json(&json!({"out": text::path(out), "maker": bundle.maker().as_str(),
            "made": bundle.made().to_string(), "items": bundle.entries().len()}));
    }
    output::talk(&format!(
        "Wrote {}: {}, made by {}.",
        text::path(out),
        text::amount(bundle.entries().len(), "item"),
        bundle.maker()
    ));
    Ok(())
}
