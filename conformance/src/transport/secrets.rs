//! What an answer must not bring in: a target may echo what it was sent, in whatever spelling.
//!
//! An answer is cleaned once, where it arrives. What is judged, written, shown and sent on is one and the same text, so that
//! no secret can be anywhere behind this place, and every verdict can be derived from the log. That is sound only where cleaning
//! cannot change a verdict. So what a right answer may hold is never replaced:
//!
//! - short texts: emulators take `test`, `token` or `x` for keys and tokens;
//! - numbers as long as an account's: many emulators take an account's for the access key that names it;
//! - words of the API: whatever occurs in its documents, its platforms, its errors, or in what HTTP says around them;
//! - what the requests themselves say openly, as the log shows these anyway: names, buckets, the region, the host.
//!
//! Whatever else is given as a key, a token, a user or a password is replaced, and so is each signature, under a name of its
//! own: two answers that differ in it differ still.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use signer_schemas::Edition;

use crate::wire::{Identity, Signed, percent_encode};
use crate::{Request, Response};

/// Stands for a secret.
const REDACTED: &str = "(redacted)";

/// A shorter text is no secret. AWS's access keys have 16 characters at least, its secret keys 40.
const SHORTEST_SECRET: usize = 8;

/// A number that is no longer may be an account's, a time or a size.
const LONGEST_NUMBER: usize = 16;

/// Shorter pieces of base64 would be found where they do not belong.
const SHORTEST_BASE64: usize = 8;

/// What answers hold beside the words of the API's documents.
const AROUND: &str = "
    content-type: application/json; charset=utf-8 application/x-amz-json-1.1 application/xml text/html text/plain
    content-length: transfer-encoding: chunked connection: keep-alive close date: server: retry-after: etag: last-modified:
    x-amzn-requestid: x-amzn-errortype: x-amz-request-id: x-amz-id-2: x-amz-version-id: x-amz-bucket-region:
    arn:aws:signer: arn:aws:iam:: arn:aws:sts:: arn:aws:acm: arn:aws-cn: arn:aws-us-gov: :root :user/ :role/ :assumed-role/
    :/signing-profiles/ :/signing-jobs/ :certificate/ signer.amazonaws.com aws4_request aws4-hmac-sha256
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September
    October November December certificate signature signing authorization authentication credential credentials security token
    administrator developer localhost localstack anonymous";

static WORDS: LazyLock<String> = LazyLock::new(|| {
    let documents = signer_schemas::document_files().iter().map(|file| file.text.to_owned());
    let shared = Edition::ALL
        .into_iter()
        .flat_map(|edition| [signer_schemas::shapes_file(edition).to_owned(), signer_schemas::errors_file(edition).to_owned()]);
    let platforms = signer_schemas::platforms().iter().map(|platform| format!("{platform:?}"));
    let words: Vec<String> = documents.chain(shared).chain(platforms).chain([AROUND.to_owned()]).collect();
    words.join("\n").to_ascii_lowercase()
});

/// Whether right answers may hold that text, so that it is no secret whoever gives it as one. `region` is that of their ARNs.
fn is_plain(text: &str, region: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_number = text.len() <= LONGEST_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit() || b".:-".contains(&byte));
    let without_region = text.replace(&region.to_ascii_lowercase(), "\n");
    let mut pieces = without_region.split('\n').flat_map(around_accounts);
    text.len() < SHORTEST_SECRET || is_number || pieces.all(|piece| WORDS.contains(piece))
}

/// The text without the numbers that are as long as an account's.
fn around_accounts(text: &str) -> Vec<&str> {
    const ACCOUNT: usize = 12;
    let mut pieces = Vec::new();
    let (mut piece, mut at) = (0, 0);
    while let Some(start) = text[at..].find(|character: char| character.is_ascii_digit()).map(|found| at + found) {
        let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        at = start + length;
        if length == ACCOUNT {
            pieces.push(&text[piece..start]);
            piece = at;
        }
    }
    pieces.push(&text[piece..]);
    pieces
}

/// Whether a request says that text itself, before it is signed.
fn says(request: &Request, text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let holds = |said: &str| said.to_ascii_lowercase().contains(&text);
    holds(&request.target)
        || holds(&percent_decode_str(&request.target).decode_utf8_lossy())
        || request.headers.iter().any(|(_, value)| holds(value))
        || holds(&String::from_utf8_lossy(&request.body))
}

/// Knows which of the texts given as secrets are none. Clones share what they know.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Arc<Mutex<HashMap<String, bool>>>);

impl Known {
    /// What a request by `identity` for that region, to a URL that begins with `base`, is sent with: keys, or a user and a password.
    pub(super) fn secrets(&self, identity: Option<&Identity>, base: &str, region: &str, request: &Request) -> Secrets {
        let mut secrets = Secrets::default();
        let mut add = |text: &str| {
            if self.is_secret(text, base, region, request) {
                secrets.add(text, REDACTED);
            }
        };
        if let Some(identity) = identity {
            add(&identity.secret_key);
            add(&identity.access_key);
            add(identity.session_token.as_deref().unwrap_or_default());
        } else if let Some((user, password)) = super::address::userinfo(base) {
            let [user, password] = [user, password].map(|text| percent_decode_str(&text).decode_utf8_lossy().into_owned());
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

    fn is_secret(&self, text: &str, base: &str, region: &str, request: &Request) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let host = super::without_userinfo(base).to_ascii_lowercase();
        let fresh = || is_plain(text, region) || host.contains(&text.to_ascii_lowercase());
        let plain = known.entry(text.to_owned()).or_insert_with(fresh);
        *plain = *plain || says(request, text);
        !*plain
    }
}

/// Every spelling of every secret of one request, in lower case, and what stands for it.
#[derive(Default)]
pub(super) struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// What a request was signed with: in a header, or in the query.
    pub(super) fn add_signature(&mut self, signed: &Signed) {
        let header = signed.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let in_query = signed.query.iter().find(|(name, _)| name == "X-Amz-Signature").map(|(_, value)| value.as_str());
        let in_header = header.and_then(|(_, value)| value.rsplit_once("Signature=")).map(|(_, signature)| signature);
        for signature in in_query.into_iter().chain(in_header) {
            let digest = Sha256::digest(signature).iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
            let name = format!("(redacted {digest:08x})");
            self.add(signature, &name);
            if let Some((_, value)) = header {
                self.add(value, &name);
            }
        }
    }

    fn add(&mut self, secret: &str, name: &str) {
        self.0.extend(spellings(secret).into_iter().map(|spelling| (spelling.to_ascii_lowercase(), name.to_owned())));
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
            response.body = redacted.into_bytes();
        }
        response
    }

    /// The text with each secret replaced; none if there is none in it.
    fn redacted(&self, text: &str) -> Option<String> {
        // Whether `%2F` or `%2f`: letters are compared without their case, which leaves every place where it is.
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
    let json = serde_json::Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let mut all = vec![secret.to_owned(), json, encoded.replace("%2F", "/"), encoded.replace("%20", "+"), encoded];
    for before in 0..3 {
        all.extend([STANDARD_NO_PAD, URL_SAFE_NO_PAD].iter().filter_map(|engine| base64_after(before, secret, engine)));
    }
    // In a JSON string a slash may be escaped, and need not be.
    let escaped = all.iter().filter(|spelling| spelling.contains('/')).map(|spelling| spelling.replace('/', "\\/"));
    let escaped: Vec<String> = escaped.collect();
    all.extend(escaped);
    all
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
mod tests {
    use super::*;

    fn identity(secret_key: &str, session_token: &str) -> Identity {
        Identity {
            access_key: "test".to_owned(),
            secret_key: secret_key.to_owned(),
            session_token: Some(session_token.to_owned()),
        }
    }

    fn signed_by(identity: &Identity) -> Secrets {
        Known::default().secrets(Some(identity), "http://127.0.0.1", "us-east-1", &Request::default())
    }

    fn unsigned(url: &str) -> Secrets {
        Known::default().secrets(None, url, "us-east-1", &Request::default())
    }

    fn echoed(secrets: Secrets, text: &str) -> String {
        let headers = vec![("x-echo".to_owned(), text.to_owned())];
        let response = secrets.redact(Response { status: 400, headers, body: text.as_bytes().to_vec() });
        let body = String::from_utf8(response.body).expect("it was text");
        assert_eq!(body, response.headers[0].1, "a header is no other than a body");
        body
    }

    #[test]
    fn a_secret_is_replaced_in_every_spelling() {
        let token = "IQoJ/b3Jp+Z2lu\"XA==";
        for spelling in [
            "IQoJ/b3Jp+Z2lu\"XA==",
            r#"IQoJ/b3Jp+Z2lu\"XA=="#,
            r#"IQoJ\/b3Jp+Z2lu\"XA=="#,
            "IQoJ%2Fb3Jp%2BZ2lu%22XA%3D%3D",
            "IQoJ%2fb3Jp%2bZ2lu%22XA%3d%3d",
            "IQoJ/b3Jp%2BZ2lu%22XA%3D%3D",
        ] {
            assert_eq!(echoed(signed_by(&identity("test", token)), &format!("<{spelling}>")), "<(redacted)>");
        }
        for before in ["", "x", "xy", "xyz"] {
            let sent = STANDARD.encode(format!("{before}{token}, and more"));
            let left = echoed(signed_by(&identity("test", token)), &sent);
            let (head, tail) = left.split_once(REDACTED).unwrap_or_else(|| panic!("{left} holds the token"));
            assert!(sent.len() - head.len() - tail.len() >= token.len() * 8 / 6 - 1, "{left} holds a part of the token");
        }
    }

    #[test]
    fn user_and_password_of_the_url_are_replaced() {
        let of = || unsigned("http://somebody:pass%2Fword@127.0.0.1");
        assert_eq!(echoed(of(), &format!("Basic {}", STANDARD.encode("somebody:pass/word"))), "Basic (redacted)");
        assert_eq!(echoed(of(), "somebody:pass/word"), REDACTED);
        assert_eq!(echoed(of(), "no somebody has pass%2Fword"), "no (redacted) has (redacted)");
        let short = || unsigned("http://me:pw@127.0.0.1");
        assert_eq!(echoed(short(), &format!("me, Basic {}", STANDARD.encode("me:pw"))), "me, Basic (redacted)");
        assert_eq!(echoed(short(), "me"), "me");
    }

    #[test]
    fn what_right_answers_hold_is_never_replaced() {
        for word in [
            "111122223333",
            "test",
            "testing",
            "token",
            "x",
            "Active",
            "signer",
            "InProgress",
            "arn:aws",
            "arn:aws:signer:",
            "AWSLambda-SHA384-ECDSA",
            "awslambda-sha384-ecdsa",
            "profileVersion",
            "arn:aws:signer:us-east-1:111122223333:/signing-profiles/",
            "ResourceNotFoundException",
            "application/json",
            "us-east-1",
            "1764375900.123",
        ] {
            let secrets = signed_by(&Identity { access_key: word.to_owned(), ..identity(word, word) });
            assert_eq!(echoed(secrets, &format!("<{word}>")), format!("<{word}>"));
        }
        for secret in ["minio-secret", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "12345678901234567890"] {
            assert_eq!(echoed(signed_by(&identity(secret, "")), secret), REDACTED);
        }
    }

    #[test]
    fn what_a_request_says_openly_is_no_secret_from_then_on() {
        let known = Known::default();
        let mallory = identity("mallorys-bucket", "");
        let secrets = |request: &Request| known.secrets(Some(&mallory), "http://127.0.0.1", "us-east-1", request);
        assert_eq!(echoed(secrets(&Request::default()), "mallorys-bucket"), REDACTED);
        let names_it = Request { body: br#"{"bucketName":"mallorys-bucket"}"#.to_vec(), ..Request::default() };
        assert_eq!(echoed(secrets(&names_it), "mallorys-bucket"), "mallorys-bucket");
        assert_eq!(echoed(secrets(&Request::default()), "mallorys-bucket"), "mallorys-bucket");
    }

    #[test]
    fn answers_that_differ_in_a_signature_differ_still() {
        let of = |signature: &str| {
            let value = format!("AWS4-HMAC-SHA256 Credential=test/x, SignedHeaders=host, Signature={signature}");
            let mut secrets = Secrets::default();
            secrets.add_signature(&Signed { headers: vec![("authorization".to_owned(), value.clone())], query: Vec::new() });
            (echoed(secrets, signature), value)
        };
        let (one, other) = (of(&"a1".repeat(32)).0, of(&"b2".repeat(32)).0);
        assert_ne!(one, other);
        assert!(one.starts_with("(redacted ") && one.len() < 24, "{one}");
    }
}
