//! Names too short to begin with the run's prefix: another run, or an earlier case, may have made a profile of that name, where a
//! service takes it.

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
    /// Puts a name that nothing has in the place of one that cannot begin with the run's prefix. So what is found does not depend
    /// on what was left.
    pub(super) async fn take_free_name(&mut self, input: &mut Map<String, Value>) -> Played {
        let short = input.get("profileName").and_then(Value::as_str).unwrap_or_default().to_owned();
        if short.is_empty() || short.len() >= self.context().prefix.len() || !short.is_ascii() {
            return Ok(());
        }
        let Some(document) = signer_schemas::operation(self.edition(), Operation::GetSigningProfile) else { return Ok(()) };
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
