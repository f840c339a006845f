//! Recorded traffic: HAR, or a log of exchanges.

use crate::scratch::Folder;
use signer_conformance::{judge, traffic};
use signer_schemas::Edition;

thread_local! {
    static FOLDER: Folder = Folder::new("traffic");
}

/// What can be read can be judged by either edition, and each exchange is judged or left with a reason.
pub fn check(data: &[u8]) {
    let path = FOLDER.with(|folder| folder.put("traffic", data));
    let recorded = match traffic::read(&path) {
        Ok(recorded) => recorded,
        Err(error) => return assert!(!error.what.is_empty(), "a reason is given"),
    };
    for edition in Edition::ALL {
        let judged = judge(edition, &recorded);
        let told = usize::try_from(judged.exchanges()).unwrap_or_default() + judged.unjudged.len();
        assert_eq!(told, recorded.len(), "each exchange is judged, or left with a reason");
        serde_json::to_string(&judged).unwrap_or_else(|error| panic!("what was judged is written: {error}"));
    }
}
