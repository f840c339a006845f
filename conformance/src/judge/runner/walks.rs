//! Walks over the lists of the account, one for all cases that wait for it.
//!
//! A case that wants such a list waits until all others do so, too, or have ended. Then each list is walked once, while nothing
//! else is under way, and every case that waits for it takes the answers as if it had asked itself. They were asked after all that
//! the case had sent before, so its verdict is the one that it would have alone.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Map, Value};
use signer_model::Account;
use signer_schemas::{Edition, Operation, OperationDoc};

use crate::data::program::Program;
use crate::judge::runner::Runner;
use crate::judge::runner::case::Case;
use crate::judge::runner::shared::{Ready, Sharing, Wish};
use crate::line::wire::encode::encode;
use crate::operations;

impl Case<'_> {
    /// Waits for a list of the account that cases share, unless the answers are at hand.
    pub(super) async fn await_walk(&mut self, by: Account, document: &'static OperationDoc, input: &Map<String, Value>) {
        let is_shared = operations::adapter(document.operation).list.as_ref().is_some_and(|list| list.is_of_account);
        if let Some(sharing) = self.sharing.filter(|_| is_shared && self.given.is_empty() && !self.is_cut) {
            let since = Instant::now();
            self.given = sharing.walk(by, document, input).await.into();
            self.parked += since.elapsed();
        }
    }

    /// Walks over the list; only the answers matter.
    async fn make_walk(&mut self, wish: &Wish) {
        let Some(list) = &operations::adapter(wish.document.operation).list else { return };
        let request = encode(wish.document, &wish.input);
        let Ok(first) = self.exchange(wish.by, wish.document, &request).await else { return };
        if let Some(body) = first.json().filter(|_| first.is_success()) {
            let _ = self.walk(list, wish.by, wish.document, &wish.input, body).await;
        }
    }
}

/// Walks over each list once for all who wish for it, while nothing else is under way.
pub(crate) async fn serve(runner: &Runner<'_>, edition: Edition, sharing: &Sharing, wishes: Vec<Wish>) -> Vec<Ready> {
    let mut lists: BTreeMap<(Operation, Account, String), Vec<Wish>> = BTreeMap::new();
    for wish in wishes {
        let input = Value::Object(wish.input.clone()).to_string();
        lists.entry((wish.document.operation, wish.by, input)).or_default().push(wish);
    }
    let mut ready = Vec::new();
    let nothing = Program { name: "a walk over a list".to_owned(), edition, steps: Vec::new() };
    for wishes in lists.into_values() {
        let mut case = Case::new(runner, &nothing, "");
        case.sharing = Some(sharing);
        if let Some(wish) = wishes.first() {
            case.make_walk(wish).await;
        }
        let walk = case.finish().exchanges;
        ready.extend(wishes.into_iter().map(|wish| wish.granted(walk.clone())));
    }
    ready
}
