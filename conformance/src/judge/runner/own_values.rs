//! Values that a service should not take, in words that are this case's own. Where it does take them, an
//! earlier run has left a profile of that name, or a job with that token, and the same value would be refused
//! for that.

use serde_json::{Map, Value, json};
use signer_model::Account;
use signer_schemas::Operation;

use crate::data::exchange::Service;
use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Played, Stop};
use crate::line::wire::encode::encode;

/// How many names are tried, of the 63 that one character gives.
const MOST_TRIED: usize = 16;

impl Case<'_> {
    /// Makes the changed member such that no other case, and no earlier run, has sent it.
    pub(super) async fn make_own(&mut self, member: &str, input: &mut Map<String, Value>) -> Played {
        match member {
            "profileName" => self.take_free_name(input).await,
            "clientRequestToken" => {
                if let Some(token) = input.get_mut(member) {
                    self.mark(token);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Gives a token of another type something of the case's own. A boolean has no room for it.
    fn mark(&self, token: &mut Value) {
        let own = self.fresh("t");
        match token {
            // Zero is there for being nothing.
            Value::Number(number) if number.as_i64() != Some(0) => {
                *token = json!(
                    own.bytes().fold(7_u32, |number, byte| number.wrapping_mul(31).wrapping_add(byte.into()))
                );
            }
            Value::Array(items) => items.iter_mut().for_each(|item| *item = json!(own)),
            Value::Object(members) => members.values_mut().for_each(|value| *value = json!(own)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Puts a name that nothing has in the place of one that is too short to begin with the run's prefix.
    async fn take_free_name(&mut self, input: &mut Map<String, Value>) -> Played {
        let short = input.get("profileName").and_then(Value::as_str).unwrap_or_default().to_owned();
        if short.is_empty() || short.len() >= self.context().prefix.len() || !short.is_ascii() {
            return Ok(());
        }
        let Some(document) = signer_schemas::operation(self.edition(), Operation::GetSigningProfile) else {
            return Ok(());
        };
        let first: usize = self.fresh("").bytes().map(usize::from).sum();
        let letters = ('0'..='9').chain('a'..='z').chain('A'..='Z').chain(['_']);
        let letters: Vec<char> = letters.cycle().skip(first).take(MOST_TRIED).collect();
        for letter in letters {
            let name = format!("{letter}{}", &short[1..]);
            let Value::Object(question) = json!({ "profileName": name }) else { return Ok(()) };
            // What a left one looks like is not this run's to judge.
            match self.send(Account::Owner, Service::Signer, &encode(document, &question), None).await {
                Ok(response) if response.is_success() => {}
                Ok(_) => {
                    input.insert("profileName".to_owned(), json!(name));
                    return Ok(());
                }
                Err(silence) => {
                    self.silent(&silence);
                    return Err(Stop);
                }
            }
        }
        Ok(())
    }
}
