//! The sheet that a guardian keeps: what it is, how to keep it, the share in groups and as a picture. It names
//! nobody.

use bonafide::wallet::Share;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use zeroize::Zeroizing;

/// Room for a sheet, so that no copy is left behind by growing.
const ROOM: usize = 16 * 1024;
/// The mark, ten groups of four and the blanks between them.
const LINE: usize = 9 + 10 * 5;

/// The text of the sheet.
pub fn text(share: &Share) -> Zeroizing<String> {
    let (number, of, needed) = (share.number(), share.shares(), share.threshold());
    let mut sheet = Zeroizing::new(String::with_capacity(ROOM));
    sheet.push_str(&format!(
        "GUARDIAN SHARE {number} of {of}, set {set}

Somebody who trusts you asked you to keep this.

What it is
  One of {of} shares. Any {needed} of them, with a copy of that person's wallet, open it: with every key
  and paper in it. So any {needed} guardians together own that person's identity. Fewer than {needed} can
  do nothing, and no share says whose it is.

How to keep it
  On paper, where you keep papers that matter: print it or copy it by hand, then delete the file.
  Do not photograph it, mail it or put it into a cloud. Do not write a name on it.
  Never keep two shares of one set together.

When you are asked for it
  Give it to its owner only, and only if you know the face or the voice. Nobody else has a reason
  to ask: no company, no court clerk on the telephone, no other guardian.
  If it is lost or somebody saw it, tell the owner: new shares can be made.

The share. Capitals, spaces and lines make no difference; b, i, o and 1 are in no group of four.

",
        set = share.set()
    ));
    let groups = share.groups();
    let cut = groups.split_at_checked(LINE).unwrap_or((groups.as_str(), ""));
    for line in [cut.0, cut.1] {
        sheet.push_str("  ");
        sheet.push_str(line.trim());
        sheet.push('\n');
    }
    if let Some(picture) = picture(share) {
        sheet.push_str("\nThe same as a QR code, dark on light:\n\n");
        sheet.push_str(&picture);
        sheet.push('\n');
    }
    sheet
}

/// A QR code in half blocks, for paper. In capitals it is smaller.
fn picture(share: &Share) -> Option<Zeroizing<String>> {
    let mut letters = share.text();
    letters.make_ascii_uppercase();
    let code = QrCode::with_error_correction_level(letters.as_bytes(), EcLevel::M).ok()?;
    // Ink is dark: drawn for paper, with the margin that readers want.
    Some(Zeroizing::new(code.render::<Dense1x2>().build()))
}
