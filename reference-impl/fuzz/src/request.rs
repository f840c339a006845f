//! A conversation with a server that takes everybody for the first account: each answer is well formed,
//! whatever came before.

use crate::conversation::requests;
use crate::witness::Witness;
use signer_schemas::Edition;

/// No conversation brings about an answer that is not well formed, in either edition.
pub fn check(data: &[u8]) {
    let (edition, data) = match data {
        [b'2', rest @ ..] => (Edition::May2019, rest),
        data => (Edition::Current, data),
    };
    let witness = Witness::new(false, edition);
    for request in requests(data).filter_map(|text| text.request()) {
        witness.send(request);
    }
}
