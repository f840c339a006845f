//! Walks over the lists of the account, one for all cases that wait for it.
//!
//! A case that wants such a list waits until all others do so, too, or have ended. Then each list is walked
//! once, while nothing else is under way, and every case that waits for it takes the answers as if it had
//! asked itself. They were asked after all that the case had sent before, so its verdict is the one that it
//! would have alone.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Map, Value};
use signer_model::Account;
use signer_schemas::{Edition, Operation, OperationDoc};

use crate::data::case::StepExchange;
use crate::data::exchange::Silence;
use crate::data::program::Program;
use crate::judge::runner::Runner;
use crate::judge::runner::case::Case;
use crate::judge::runner::shared::{Ready, Sharing, Wish};
use crate::line::wire::encode::encode;
use crate::operations;

impl Case<'_> {
    /// Waits for a list of the account that cases share, unless the answers are at hand.
    pub(super) async fn await_walk(
        &mut self,
        by: Account,
        document: &'static OperationDoc,
        input: &Map<String, Value>,
    ) {
        let is_shared =
            operations::adapter(document.operation).list.as_ref().is_some_and(|list| list.is_of_account);
        // Those of the smoke suite ask at once, so that a list is noticed that lags behind.
        let at_once = self.program.suite() == "smoke" || self.has_just_started_a_job();
        let may_wait = is_shared && self.conversation.would_ask() && !at_once;
        if let Some(sharing) = self.conversation.sharing.filter(|_| may_wait) {
            let since = Instant::now();
            let walk = sharing.walk(by, document, input).await;
            self.conversation.give(walk);
            self.parked += since.elapsed();
        }
    }

    /// Whether a list of the tour that is asked for now may show a job in progress: it would have ended by
    /// the time that others want lists.
    fn has_just_started_a_job(&self) -> bool {
        let started = |sent: &StepExchange| {
            sent.exchange.request.method == "POST" && sent.exchange.request.target == "/signing-jobs"
        };
        self.program.suite() == "tour" && self.conversation.exchanges.last().is_some_and(started)
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

/// How far lists were followed so far in a run.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    /// The lists that were followed no further, by the size of their pages.
    too_long: BTreeMap<(Operation, bool), Silence>,
    /// The pages with nothing on them that the run has made.
    foreign_pages: usize,
}

/// A list of an account in large pages that goes on after so many has no end.
const MOST_PAGES: usize = 1000;

/// In small pages it is followed for so many.
const MOST_SMALL_PAGES: usize = 300;

/// So many pages of what others have made, of all lists of a run together: what the run itself has made is
/// always read.
const MOST_FOREIGN: usize = 6000;

/// What is known to be too long is followed for so many pages.
const FEW: usize = 5;

/// A page of so many items is a large one.
const LARGE: u64 = 25;

impl Followed {
    /// After how many pages the list is followed no further, and why.
    fn limit(&self, operation: Operation, is_large: bool) -> (usize, Silence) {
        match self.too_long.get(&(operation, is_large)) {
            Some(silence) => (FEW, silence.clone()),
            None if self.foreign_pages >= MOST_FOREIGN => (FEW, Silence::Crowded(FEW)),
            None if is_large => (MOST_PAGES, Silence::Endless(MOST_PAGES)),
            None => (MOST_SMALL_PAGES, Silence::Crowded(MOST_SMALL_PAGES)),
        }
    }

    /// A walk was made, by a run whose names begin so.
    fn take(&mut self, operation: Operation, is_large: bool, walk: &[StepExchange], prefix: &str) {
        let is_foreign = |sent: &&StepExchange| {
            sent.exchange
                .outcome
                .as_ref()
                .is_ok_and(|response| !String::from_utf8_lossy(&response.body).contains(prefix))
        };
        self.foreign_pages += walk.iter().filter(is_foreign).count();
        if let Some(Err(silence @ (Silence::Endless(_) | Silence::Crowded(_)))) =
            walk.last().map(|sent| &sent.exchange.outcome)
        {
            self.too_long.entry((operation, is_large)).or_insert_with(|| silence.clone());
        }
    }
}

/// Walks over each list once for all who wish for it, while nothing else is under way.
pub(crate) async fn serve(
    runner: &Runner<'_>,
    edition: Edition,
    sharing: &Sharing,
    followed: &mut Followed,
    wishes: Vec<Wish>,
) -> Vec<Ready> {
    let mut lists: BTreeMap<(Operation, Account, String), Vec<Wish>> = BTreeMap::new();
    for wish in wishes {
        let input = Value::Object(wish.input.clone()).to_string();
        lists.entry((wish.document.operation, wish.by, input)).or_default().push(wish);
    }
    let mut ready = Vec::new();
    let nothing = Program { name: "a walk over a list".to_owned(), edition, steps: Vec::new() };
    for ((operation, ..), wishes) in lists {
        let Some(wish) = wishes.first() else { continue };
        let is_large = wish.input.get("maxResults").and_then(Value::as_u64).is_none_or(|size| size >= LARGE);
        let mut case = Case::new(runner, &nothing, "");
        case.conversation.sharing = Some(sharing);
        case.conversation.follows = Some(followed.limit(operation, is_large));
        case.make_walk(wish).await;
        let walk = case.finish(true).exchanges;
        followed.take(operation, is_large, &walk, &runner.context.prefix);
        ready.extend(wishes.into_iter().map(|wish| wish.granted(walk.clone())));
    }
    ready
}

#[cfg(test)]
mod tests {
    use signer_model::Account;

    use super::*;
    use crate::data::exchange::{Exchange, Request, Response, Service};

    fn page(body: &str) -> StepExchange {
        let response = Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
        let (by, to, request) = (Account::Owner, Service::Signer, Request::default());
        StepExchange::new(0, Exchange { by, to, request, outcome: Ok(response) })
    }

    #[test]
    fn what_the_run_has_made_itself_makes_no_account_crowded() {
        const LIST: Operation = Operation::ListSigningProfiles;
        let mut followed = Followed::default();
        followed.take(
            LIST,
            true,
            &vec![page("{\"profiles\":[{\"profileName\":\"c12345601\"}]}"); MOST_FOREIGN],
            "c123456",
        );
        assert_eq!(followed.limit(LIST, true), (MOST_PAGES, Silence::Endless(MOST_PAGES)));
        followed.take(
            LIST,
            true,
            &vec![page("{\"profiles\":[{\"profileName\":\"theirs\"}]}"); MOST_FOREIGN],
            "c123456",
        );
        assert_eq!(followed.limit(LIST, true), (FEW, Silence::Crowded(FEW)));
    }
}
