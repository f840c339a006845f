//! How a link names a step: by what it says, not by where it stands in a list, which changes with the scope.
//!
//! Three characters stand for the call and four for what comes of it; which of them are alike is known to a
//! test.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use signer_model::{Call, Job, JobStatus, Reply};

/// The digits of ids: those that are not taken for each other.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The digits that stand for what is done.
pub(crate) const HEAD: usize = 3;
/// Those that stand for what comes of it.
const TAIL: usize = 4;

/// What a literal step begins with.
const LITERAL: char = '~';

/// So many digits of the hash of some texts.
fn digits(texts: &[&str], count: usize) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update(b"\n");
    }
    let hash = hash.finalize();
    let bits = hash.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let digit =
        |place: usize| char::from(DIGITS[usize::try_from(bits >> (5 * place) & 31).unwrap_or_default()]);
    (0..count).map(digit).collect()
}

fn json<T: Serialize>(value: &T) -> String {
    // Symbols have no keys that are not strings.
    serde_json::to_string(value).unwrap_or_default()
}

/// A call, and the part of an id that stands for it.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The part of the id.
    pub(crate) digits: String,
    /// The call, as programs spell it.
    text: String,
}

impl Head {
    /// Of a call.
    pub(crate) fn of(call: &Call) -> Self {
        let text = json(call);
        Self { digits: digits(&["call", &text], HEAD), text }
    }

    /// The call with an answer and with what it changes.
    pub(crate) fn outcome(&self, reply: &Reply, changes: &[String]) -> String {
        let reply = json(reply);
        let mut texts = vec!["outcome", reply.as_str()];
        texts.extend(changes.iter().map(String::as_str));
        self.id(&texts)
    }

    /// The call with an answer, whatever it changes.
    pub(crate) fn answer(&self, reply: &Reply) -> String {
        self.id(&["answer", &json(reply)])
    }

    /// The call, whatever it is answered.
    pub(crate) fn any(&self) -> String {
        self.id(&["any"])
    }

    /// Two calls may begin alike, so what stands behind tells of the call, too.
    fn id(&self, texts: &[&str]) -> String {
        format!("{}{}", self.digits, digits(&[&[self.text.as_str()], texts].concat(), TAIL))
    }
}

/// A job that ends so.
pub(crate) fn ends(job: Job, status: JobStatus) -> String {
    digits(&["ends", &job.to_string(), status.id()], HEAD + TAIL)
}

/// A job that ends in one way or another.
pub(crate) fn settles(job: Job) -> String {
    digits(&["settles", &job.to_string()], HEAD + TAIL)
}

/// A call that the scope does not have, written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Literal {
    /// The call.
    pub(crate) call: Call,
    /// The answer; none for whatever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reply: Option<Reply>,
}

impl Literal {
    /// As a link has it.
    pub(crate) fn id(&self) -> String {
        format!("{LITERAL}{}", URL_SAFE_NO_PAD.encode(json(self)))
    }

    /// The step that an id writes out. None if it does not, or names what no state has a place for.
    pub(crate) fn read(id: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(id.strip_prefix(LITERAL)?).ok()?;
        let literal: Self = serde_json::from_slice(&bytes).ok()?;
        literal.call.request.is_in_range().then_some(literal)
    }
}

/// Whether a text can be the id of a step at all.
pub(crate) fn is_well_formed(id: &str) -> bool {
    let digit = |byte: u8| DIGITS.contains(&byte);
    let literal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match id.strip_prefix(LITERAL) {
        Some(rest) => !rest.is_empty() && rest.len() <= 2000 && rest.bytes().all(literal),
        None => id.len() == HEAD + TAIL && id.bytes().all(digit),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use signer_model::{Outcome, Place, Search, State, Visitor, changes, expected, scopes};

    use super::Head;

    /// In some of the states, what each id stands for.
    #[derive(Default)]
    struct Names {
        places: usize,
        ids: HashMap<String, String>,
    }

    /// Of so many states one is looked at.
    const EVERY: usize = 17;

    impl Visitor for Names {
        fn state(&mut self, _: Place, _: &State) {
            self.places += 1;
            self.ids.clear();
        }

        fn call(&mut self, place: Place, state: &State, made: &signer_model::Call, outcomes: &[Outcome]) {
            if !place.is_multiple_of(EVERY) {
                return;
            }
            let head = Head::of(made);
            let mut named = vec![(head.any(), "any answer".to_owned())];
            for one in outcomes {
                let lines = changes(state, &expected(&state.after(&one.change)));
                named.push((head.answer(&one.reply), format!("{:?} whatever it changes", one.reply)));
                named.push((head.outcome(&one.reply, &lines), format!("{:?} {:?}", one.reply, one.change)));
            }
            for (id, what) in named {
                let what = format!("{made:?} {what}");
                let known = self.ids.entry(id).or_insert_with(|| what.clone());
                assert_eq!(*known, what, "two steps have one id in {state}");
            }
        }
    }

    #[test]
    fn no_two_steps_from_a_state_share_an_id() {
        for scope in scopes().into_iter().filter(|scope| scope.name != "joint") {
            let mut names = [Names::default()];
            Search::run(&scope, &mut names, |_| {});
            assert!(names[0].places > 1, "{}", scope.name);
        }
    }
}
