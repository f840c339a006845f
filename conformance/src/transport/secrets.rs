//! What an answer must not bring back into the log: a target may echo what it was sent, in whatever spelling.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;

use crate::Response;
use crate::wire::{Identity, Signed, percent_encode};

/// Stands for a secret.
const REDACTED: &str = "(redacted)";

/// Shorter keys, users and passwords are no secrets: emulators take `test`, `testing` or `signer`, and answers are judged as
/// they stand after this, so that a short word replaced all over them would make findings of its own. AWS's access keys
/// have 16 characters at least, its secret keys 40.
const SHORTEST_KEY: usize = 8;

/// Shorter pieces of base64 would be found where they do not belong.
const SHORTEST_BASE64: usize = 8;

/// Every spelling of every secret of one request, in lower case.
#[derive(Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// What a request by `identity` to a URL that begins with `base` is sent with: keys, or a user and a password.
    pub(super) fn of(identity: Option<&Identity>, base: &str) -> Self {
        let mut secrets = Self::default();
        if let Some(identity) = identity {
            secrets.add_key(&identity.secret_key);
            secrets.add_key(&identity.access_key);
            // Nobody makes up a session token, so that it is a secret however short it is.
            secrets.add(identity.session_token.as_deref().unwrap_or_default());
        } else if let Some((user, password)) = super::userinfo(base) {
            secrets.add_userinfo(&user, &password);
        }
        secrets
    }

    /// What a request was signed with: in a header, or in the query.
    pub(super) fn add_signature(&mut self, signed: &Signed) {
        let header = signed.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        if let Some((_, value)) = header {
            self.add(value);
            self.add_key(value.rsplit("Signature=").next().unwrap_or_default());
        }
        if let Some((_, value)) = signed.query.iter().find(|(name, _)| name == "X-Amz-Signature") {
            self.add(value);
        }
    }

    /// A user and a password, as a URL spells them: they travel as the base64 of both.
    fn add_userinfo(&mut self, user: &str, password: &str) {
        let [user, password] = [user, password].map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
        if !password.is_empty() {
            self.add(&format!("{user}:{password}"));
        }
        self.add_key(&user);
        self.add_key(&password);
    }

    fn add_key(&mut self, key: &str) {
        if key.len() >= SHORTEST_KEY {
            self.add(key);
        }
    }

    fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.0.extend(spellings(secret).into_iter().map(|spelling| spelling.to_ascii_lowercase()));
        }
    }

    /// The answer without any of the secrets.
    pub(super) fn redact(mut self, mut response: Response) -> Response {
        // The longest first: a header is replaced before the signature inside it.
        self.0.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        self.0.dedup();
        for (_, value) in &mut response.headers {
            if let Some(redacted) = self.redacted(value) {
                *value = redacted;
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
        for spelling in &self.0 {
            if lower.contains(spelling) {
                let before = redacted.as_deref().unwrap_or(text);
                let mut after = String::with_capacity(before.len());
                let mut end = 0;
                for (place, found) in lower.match_indices(spelling) {
                    after.push_str(&before[end..place]);
                    after.push_str(REDACTED);
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
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn identity(secret_key: &str, session_token: &str) -> Identity {
        Identity {
            access_key: "test".to_owned(),
            secret_key: secret_key.to_owned(),
            session_token: Some(session_token.to_owned()),
        }
    }

    fn echoed(secrets: Secrets, text: &str) -> String {
        let headers = vec![("x-echo".to_owned(), text.to_owned())];
        let response = secrets.redact(Response { status: 400, headers, body: text.as_bytes().to_vec() });
        let body = String::from_utf8(response.body).expect("it was text");
        assert_eq!(body, response.headers[0].1, "a header is no other than a body");
        body
    }

    #[test]
    fn a_secret_spelt_otherwise_passes() {
        let token = "IQoJ/b3Jp+Z2lu\"XA==";
        for spelling in [
            "IQoJ/b3Jp+Z2lu\"XA==",
            r#"IQoJ/b3Jp+Z2lu\"XA=="#,
            r#"IQoJ\/b3Jp+Z2lu\"XA=="#,
            "IQoJ%2Fb3Jp%2BZ2lu%22XA%3D%3D",
            "IQoJ%2fb3Jp%2bZ2lu%22XA%3d%3d",
            "IQoJ/b3Jp%2BZ2lu%22XA%3D%3D",
        ] {
            let secrets = Secrets::of(Some(&identity("test", token)), "http://127.0.0.1");
            assert_eq!(echoed(secrets, &format!("<{spelling}>")), "<(redacted)>");
        }
        for before in ["", "x", "xy", "xyz"] {
            let secrets = Secrets::of(Some(&identity("test", token)), "http://127.0.0.1");
            let sent = STANDARD.encode(format!("{before}{token}, and more"));
            let left = echoed(secrets, &sent);
            let (head, tail) = left.split_once(REDACTED).unwrap_or_else(|| panic!("{left} holds the token"));
            assert!(sent.len() - head.len() - tail.len() >= token.len() * 8 / 6 - 1, "{left} holds a part of the token");
        }
    }

    #[test]
    fn a_user_or_a_password_in_the_url_comes_back() {
        let of = || Secrets::of(None, "http://somebody:pass%2Fword@127.0.0.1");
        assert_eq!(echoed(of(), &format!("Basic {}", STANDARD.encode("somebody:pass/word"))), "Basic (redacted)");
        assert_eq!(echoed(of(), "somebody:pass/word"), REDACTED);
        assert_eq!(echoed(of(), "no somebody has pass%2Fword"), "no (redacted) has (redacted)");
        let short = Secrets::of(None, "http://me:pw@127.0.0.1");
        assert_eq!(echoed(short, "me, me:pw"), "me, (redacted)");
    }

    #[test]
    fn a_word_that_an_emulator_takes_for_a_key_is_replaced_all_over_its_answers() {
        let secrets = || Secrets::of(Some(&identity("testing", "t0k")), "http://127.0.0.1");
        assert_eq!(echoed(secrets(), "testing the latest t0k"), "testing the latest (redacted)");
        let longer = Secrets::of(Some(&identity("minio-secret", "")), "http://127.0.0.1");
        assert_eq!(echoed(longer, "minio-secret"), REDACTED);
    }
}
