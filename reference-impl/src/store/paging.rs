//! Lists in pages. The cursor is the key of the last item shown, so pages stay whole while items
//! come and go; the token is bound to the caller, the operation and its filters.

use crate::error::{Outcome, Refusal};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Which page is asked for.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// The greatest number of items.
    pub max_results: Option<usize>,
    /// The token of the page before; an empty one is none.
    pub next_token: Option<String>,
}

impl PageRequest {
    /// Whether a page after the first one is asked for.
    pub(super) fn is_later(&self) -> bool {
        self.next_token.as_ref().is_some_and(|token| !token.is_empty())
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The token of the next page, if there is one.
    pub next_token: Option<String>,
}

/// How an operation divides its list; the flags are deliberate mistakes.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, one per fault or freedom")]
pub(super) struct Paging {
    pub(super) default_size: usize,
    /// Whether pages hold fewer items than they may.
    pub(super) short: bool,
    pub(super) one_too_many: bool,
    pub(super) bad_token_ignored: bool,
    pub(super) repeats_item: bool,
    pub(super) loses_item: bool,
    pub(super) never_ends: bool,
    pub(super) loops: bool,
    pub(super) later_unlimited: bool,
    pub(super) tail_ignored: bool,
}

impl Paging {
    /// What a token holds; by a deliberate mistake also one with up to three letters behind it.
    fn opened(&self, scope: &str, token: &str) -> Option<String> {
        let cut = |letters: usize| open(scope, token.get(..token.len().checked_sub(letters)?)?);
        (0..4).take(if self.tail_ignored { 4 } else { 1 }).find_map(cut)
    }
}

const SEAL_BYTES: usize = 9;

/// Cuts one page out of `items`, which are in the order of their keys' texts; they may begin with the key that `items` is told,
/// since what does not follow it is passed over. `scope` says what a token is good for: operation, caller and filters; most
/// lists need no token, so it is not asked then.
pub(super) fn page<K: ToString, T, I: Iterator<Item = (K, T)>>(
    items: impl FnOnce(Option<&str>) -> I,
    request: &PageRequest,
    paging: &Paging,
    scope: impl Fn() -> String,
) -> Outcome<Page<T>> {
    let after = match request.next_token.as_deref().filter(|token| !token.is_empty()) {
        None => None,
        Some(token) => match paging.opened(&scope(), token) {
            Some(key) => Some(key),
            None if paging.bad_token_ignored => None,
            None => return Err(Refusal::validation("Invalid nextToken")),
        },
    };
    let asked = request.max_results.unwrap_or(paging.default_size);
    let asked = if paging.short && asked > 1 { asked - 1 } else { asked };
    let size = if paging.one_too_many { asked + 1 } else { asked };
    let size = if paging.later_unlimited && after.is_some() { usize::MAX } else { size };
    let rest = items(after.as_deref()).skip_while(|(key, _)| after.as_ref().is_some_and(|after| key.to_string() <= *after));
    let mut rest = rest.skip(usize::from(paging.loses_item && after.is_some()));
    let mut keys = Vec::new();
    let mut shown = Vec::new();
    for (key, item) in rest.by_ref().take(size) {
        keys.push(key);
        shown.push(item);
    }
    let more = rest.next().is_some() || paging.never_ends;
    let cursor = match keys.as_slice() {
        _ if !more && paging.loops => Some(String::new()),
        _ if !more => None,
        [.., before, _last] if paging.repeats_item => Some(before.to_string()),
        [.., last] => Some(last.to_string()),
        [] => after.clone(),
    };
    let next_token = cursor.map(|key| seal(&scope(), &key));
    Ok(Page { items: shown, next_token })
}

fn seal(scope: &str, key: &str) -> String {
    let mut bytes = fingerprint(scope, key).to_vec();
    bytes.extend_from_slice(key.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open(scope: &str, token: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (seal, key) = bytes.split_at_checked(SEAL_BYTES)?;
    let key = std::str::from_utf8(key).ok()?;
    (seal == fingerprint(scope, key)).then(|| key.to_owned())
}

fn fingerprint(scope: &str, key: &str) -> [u8; SEAL_BYTES] {
    let digest = Sha256::new().chain_update(scope).chain_update([0]).chain_update(key).finalize();
    std::array::from_fn(|index| digest[index])
}
