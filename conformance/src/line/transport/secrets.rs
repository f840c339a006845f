//! What an answer must not bring in: a target may echo what it was sent, in whatever spelling.
//!
//! Behind this place the judge knows each secret by another name only, `redacted-1` and so on. Answers are
//! renamed where they arrive, requests are named back on their way out. So what is judged, written, shown and
//! sent on is one and the same text, every verdict can be derived from the log, and no verdict changes: what
//! was equal is equal still, and a name that the judge takes from an answer reaches the target as the target
//! spelt it.
//!
//! A name can stand for anything but for what has a form or a meaning of its own. Such texts are never
//! replaced:
//!
//! - short texts: emulators take `test`, `token` or `x` for keys and tokens;
//! - numbers as long as an account's: many emulators take an account's for the access key that names it;
//! - words of the API: whatever occurs in its documents, its platforms, its errors, or in what HTTP says
//!   around them;
//! - what the requests themselves say openly, as the log shows these anyway: names, buckets, the region, the
//!   host.
//!
//! Whatever else is given as a key, a token, a user or a password is renamed, and so is each signature: two
//! answers that differ in it differ still.

mod plain;

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use crate::data::exchange::{Request, Response};
use crate::line::transport::address::{userinfo, without_userinfo};
use crate::line::transport::secrets::plain::{is_plain, says};
use crate::line::wire::encode::percent_encode;
use crate::line::wire::sign::{Identity, Signed};

/// How the name of a secret begins; a number follows. It needs no escape in a URL nor in JSON.
const NAME: &str = "redacted-";

/// Stands for a user with a password, which no request takes from an answer.
const REDACTED: &str = "(redacted)";

/// Shorter pieces of base64 would be found where they do not belong.
const SHORTEST_BASE64: usize = 8;

/// The texts that were given as secrets, in the order of their names. Clones share what they know.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Arc<Mutex<Vec<Given>>>);

/// A text that was given as a secret.
#[derive(Debug)]
struct Given {
    text: String,
    /// Whether it is none: right answers may hold it, or a request says it.
    is_plain: bool,
}

impl Known {
    /// What a request by `identity` for that region, to a URL that begins with `base`, is sent with: keys, or
    /// a user and a password.
    pub(super) fn secrets(
        &self,
        identity: Option<&Identity>,
        base: &str,
        region: &str,
        request: &Request,
    ) -> Secrets {
        let mut secrets = Secrets::default();
        let mut add = |text: &str| {
            if let Some(name) = self.name(text, base, region, request) {
                secrets.add(text, &name);
            }
        };
        if let Some(identity) = identity {
            add(&identity.secret_key);
            add(&identity.access_key);
            add(identity.session_token.as_deref().unwrap_or_default());
        } else if let Some((user, password)) = userinfo(base) {
            let [user, password] =
                [user, password].map(|text| percent_decode_str(&text).decode_utf8_lossy().into_owned());
            let both = format!("{user}:{password}");
            add(&user);
            add(&password);
            if both.len() > 1 {
                add(&both);
                // However short they are, together they are what the server asks for.
                secrets.add_as_it_is(&STANDARD.encode(both));
            }
        }
        secrets
    }

    /// The request as the target knows its words: each name of a secret stands for that secret.
    pub(super) fn named_back<'a>(&self, request: &'a Request) -> Cow<'a, Request> {
        let body = String::from_utf8_lossy(&request.body);
        let is_named = |text: &str| text.contains(NAME);
        if !is_named(&request.target)
            && !is_named(&body)
            && !request.headers.iter().any(|(_, value)| is_named(value))
        {
            return Cow::Borrowed(request);
        }
        let (mut body, mut request) = (body.into_owned(), request.clone());
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The last one first, since the name of the first begins that of the tenth.
        for (number, given) in
            (1..).zip(known.iter()).collect::<Vec<_>>().into_iter().rev().filter(|(_, given)| !given.is_plain)
        {
            let name = name(number);
            request.target = request.target.replace(&name, &percent_encode(&given.text));
            body = body.replace(&name, &in_json(&given.text));
            for (_, value) in &mut request.headers {
                *value = value.replace(&name, &given.text);
            }
        }
        request.body = body.into_bytes();
        Cow::Owned(request)
    }

    /// The name of a text, if it is a secret.
    fn name(&self, text: &str, base: &str, region: &str, request: &Request) -> Option<String> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|given| given.text == text).unwrap_or_else(|| {
            let host = without_userinfo(base).to_ascii_lowercase();
            let is_plain = is_plain(text, region) || host.contains(&text.to_ascii_lowercase());
            known.push(Given { text: text.to_owned(), is_plain });
            known.len() - 1
        });
        let given = known.get_mut(at)?;
        given.is_plain = given.is_plain || says(request, text);
        (!given.is_plain).then(|| name(at + 1))
    }
}

fn name(number: usize) -> String {
    format!("{NAME}{number}")
}

/// Every spelling of every secret of one request, in lower case, and what stands for it.
#[derive(Default)]
pub(super) struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// What a request was signed with: in a header, or in the query.
    pub(super) fn add_signature(&mut self, signed: &Signed) {
        let header = signed.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let in_query =
            signed.query.iter().find(|(name, _)| name == "X-Amz-Signature").map(|(_, value)| value.as_str());
        let in_header =
            header.and_then(|(_, value)| value.rsplit_once("Signature=")).map(|(_, signature)| signature);
        for signature in in_query.into_iter().chain(in_header) {
            let digest = Sha256::digest(signature)
                .iter()
                .take(4)
                .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
            let name = format!("(redacted {digest:08x})");
            self.add(signature, &name);
            if let Some((_, value)) = header {
                self.add(value, &name);
            }
        }
    }

    fn add(&mut self, secret: &str, name: &str) {
        self.0.extend(
            spellings(secret).into_iter().map(|spelling| (spelling.to_ascii_lowercase(), name.to_owned())),
        );
    }

    fn add_as_it_is(&mut self, secret: &str) {
        self.0.push((secret.to_ascii_lowercase(), REDACTED.to_owned()));
    }

    /// The answer without any of the secrets.
    pub(super) fn redact(mut self, mut response: Response) -> Response {
        // The longest first: a header is replaced before the signature inside it.
        self.0.sort_unstable_by(|one, other| other.0.len().cmp(&one.0.len()).then_with(|| one.cmp(other)));
        self.0.dedup_by(|one, other| one.0 == other.0);
        for (name, value) in &mut response.headers {
            for text in [name, value] {
                if let Some(redacted) = self.redacted(text) {
                    *text = redacted;
                }
            }
        }
        if let Some(redacted) = self.redacted(&String::from_utf8_lossy(&response.body)) {
            response.body = redacted.into();
        }
        response
    }

    /// The text with each secret replaced; none if there is none in it.
    fn redacted(&self, text: &str) -> Option<String> {
        // Whether `%2F` or `%2f`: letters are compared without their case, which leaves every place where it
        // is.
        let mut lower = text.to_ascii_lowercase();
        let mut redacted = None;
        for (spelling, name) in &self.0 {
            if lower.contains(spelling) {
                let before = redacted.as_deref().unwrap_or(text);
                let mut after = String::with_capacity(before.len());
                let mut end = 0;
                for (place, found) in lower.match_indices(spelling) {
                    after.push_str(&before[end..place]);
                    after.push_str(name);
                    end = place + found.len();
                }
                after.push_str(&before[end..]);
                lower = after.to_ascii_lowercase();
                redacted = Some(after);
            }
        }
        redacted
    }
}

/// How a target may spell what it was sent: as it is, in a JSON string, in a URL, in base64.
fn spellings(secret: &str) -> Vec<String> {
    let encoded = percent_encode(secret);
    let mut all = vec![
        secret.to_owned(),
        in_json(secret),
        encoded.replace("%2F", "/"),
        encoded.replace("%20", "+"),
        encoded,
    ];
    for before in 0..3 {
        all.extend(
            [STANDARD_NO_PAD, URL_SAFE_NO_PAD]
                .iter()
                .filter_map(|engine| base64_after(before, secret, engine)),
        );
    }
    // In a JSON string a slash may be escaped, and need not be.
    let escaped =
        all.iter().filter(|spelling| spelling.contains('/')).map(|spelling| spelling.replace('/', "\\/"));
    let escaped: Vec<String> = escaped.collect();
    all.extend(escaped);
    all
}

/// A text as it stands between the quotation marks of a JSON string.
fn in_json(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json[1..json.len() - 1].to_owned()
}

/// The digits of base64 that the secret alone decides, if so many bytes come before its first group of three.
fn base64_after(before: usize, secret: &str, engine: &impl Engine) -> Option<String> {
    let bytes = [&[0; 2][..before], secret.as_bytes()].concat();
    let digits = engine.encode(&bytes);
    // A digit holds 6 bits: those with bits of what comes before, or of what comes behind, are not its own.
    let own = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
    digits.get(own).filter(|own| own.len() >= SHORTEST_BASE64).map(str::to_owned)
}

#[cfg(test)]
mod tests;
