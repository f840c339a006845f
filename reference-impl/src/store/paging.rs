//! Lists in pages. The cursor is the key of the last item shown, so pages stay whole while items
//! come and go; the token is bound to the caller, the operation and its filters.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::error::{Outcome, Refusal};

/// Which page is asked for.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// The greatest number of items.
    pub max_results: Option<usize>,
    /// The token of the page before; an empty one is none.
    pub next_token: Option<String>,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The token of the next page, if there is one.
    pub next_token: Option<String>,
}

/// How an operation divides its list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Paging {
    pub(crate) default_size: usize,
    /// Whether pages hold fewer items than they may.
    pub(crate) short: bool,
    /// Whether a token that is none counts as left out.
    pub(crate) bad_token_ignored: bool,
}

const SEAL_BYTES: usize = 9;

/// Why a page is refused whose token does not fit the list.
pub(crate) const BAD_TOKEN: &str = "Invalid nextToken";

/// Cuts one page out of `items`, which are in the order of their keys' texts; they may begin with the key
/// that `items` is given, since what does not follow it is passed over. `scope` says what a token is good
/// for: operation, caller and filters; most lists need no token, and then it is not asked.
pub(crate) fn page<K: ToString, T, I: Iterator<Item = (K, T)>>(
    items: impl FnOnce(Option<&str>) -> I,
    request: &PageRequest,
    paging: &Paging,
    scope: impl Fn() -> String,
) -> Outcome<Page<T>> {
    let after = match request.next_token.as_deref().filter(|token| !token.is_empty()) {
        None => None,
        Some(token) => match open(&scope(), token) {
            Some(key) => Some(key),
            None if paging.bad_token_ignored => None,
            None => return Err(Refusal::validation(BAD_TOKEN)),
        },
    };
    let asked = request.max_results.unwrap_or(paging.default_size);
    let size = if paging.short && asked > 1 { asked - 1 } else { asked };
    let is_shown = |key: &K| after.as_ref().is_some_and(|after| key.to_string() <= *after);
    let mut rest = items(after.as_deref()).skip_while(|(key, _)| is_shown(key));
    let mut last = None;
    let mut shown = Vec::new();
    for (key, item) in rest.by_ref().take(size) {
        last = Some(key);
        shown.push(item);
    }
    let cursor = last.filter(|_| rest.next().is_some());
    let next_token = cursor.map(|key| seal(&scope(), &key.to_string()));
    Ok(Page { items: shown, next_token })
}

/// The token whose page begins after `key`.
pub(crate) fn seal(scope: &str, key: &str) -> String {
    let mut bytes = fingerprint(scope, key).to_vec();
    bytes.extend_from_slice(key.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The key that a token holds, if it is one of this scope.
pub(crate) fn open(scope: &str, token: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (seal, key) = bytes.split_at_checked(SEAL_BYTES)?;
    let key = std::str::from_utf8(key).ok()?;
    (seal == fingerprint(scope, key)).then(|| key.to_owned())
}

fn fingerprint(scope: &str, key: &str) -> [u8; SEAL_BYTES] {
    let digest = Sha256::new().chain_update(scope).chain_update([0]).chain_update(key).finalize();
    std::array::from_fn(|index| digest[index])
}
