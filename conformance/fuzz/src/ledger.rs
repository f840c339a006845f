//! The file of a target's known deviations.

use crate::scratch::Folder;
use signer_conformance::Ledger;

thread_local! {
    static FOLDER: Folder = Folder::new("ledger");
}

/// A file is taken as it stands, or refused with a reason and, if it is known, the line.
pub fn check(data: &[u8]) {
    let path = FOLDER.with(|folder| folder.put("ledger.toml", data));
    let lines = data.split(|byte| *byte == b'\n').count();
    match Ledger::load(&path) {
        Ok(ledger) => {
            assert_eq!(ledger.text.as_bytes(), data, "the text is kept");
            let told = ledger
                .deviations
                .iter()
                .map(|row| row.line)
                .chain(ledger.unimplemented.iter().map(|row| row.line));
            assert!(told.into_iter().all(|line| (1..=lines).contains(&line)), "each row has its line");
        }
        Err(error) => {
            assert!(!error.what.is_empty(), "a reason is given");
            assert!(error.line.is_none_or(|line| (1..=lines).contains(&line)), "{error} is in the file");
        }
    }
}
