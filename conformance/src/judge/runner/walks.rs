//! Walks over the lists of the account, one for all cases that wait for it.
//!
//! A case that wants such a list waits until all others do so, too, or have ended. Then each list is walked
//! once, while nothing else is under way, and every case that waits for it takes the answers as if it had
//! asked itself. They were asked after all that the case had sent before, so its verdict is the one that it
//! would have alone.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Map, Value};
use signer_model::Account;
use signer_schemas::{Edition, Operation, OperationDoc};

use crate::data::case::StepExchange;
use crate::data::exchange::{Request, Silence};
use crate::data::program::Program;
use crate::judge::runner::Runner;
use crate::judge::runner::case::Case;
use crate::judge::runner::shared::{Ready, Sharing, Walk, Wish};
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
        if !self.may_wait(document) {
            return;
        }
        let request = encode(document, input);
        if self.foreseen_walk(by, &request).is_none() {
            self.await_walks(by, document, vec![input.clone()]).await;
        }
        if let Some(walk) = self.foreseen_walk(by, &request) {
            self.conversation.give(walk);
        }
    }

    /// Waits for several lists at the same time, so that the case has them at hand as long as it asks for
    /// nothing else, in this order.
    pub(crate) async fn foresee(&mut self, operation: Operation, inputs: impl IntoIterator<Item = Value>) {
        let document = signer_schemas::operation(self.program.edition, operation);
        let Some(document) = document.filter(|document| self.may_wait(document)) else { return };
        let members = |input| if let Value::Object(members) = input { Some(members) } else { None };
        self.await_walks(Account::Owner, document, inputs.into_iter().filter_map(members).collect()).await;
    }

    /// Whether the list is one that cases share, and would be asked for.
    fn may_wait(&self, document: &OperationDoc) -> bool {
        let list = operations::adapter(document.operation).list.as_ref();
        list.is_some_and(|list| list.is_of_account)
            && self.conversation.sharing.is_some()
            && !self.conversation.asks_at_once
            && self.conversation.would_ask()
            && !self.runner.target.unimplemented.contains(&document.operation)
    }

    async fn await_walks(
        &mut self,
        by: Account,
        document: &'static OperationDoc,
        inputs: Vec<Map<String, Value>>,
    ) {
        let Some(sharing) = self.conversation.sharing else { return };
        let since = Instant::now();
        self.foreseen = sharing.walks(by, document, inputs).await;
        self.parked += since.elapsed();
    }

    /// The walk that begins with this request, if it was made after all that the case has done.
    fn foreseen_walk(&mut self, by: Account, request: &Request) -> Option<Walk> {
        let last = self.conversation.last_number();
        let fits = |walk: &Walk| {
            walk.first().is_some_and(|sent| {
                sent.number > last && sent.exchange.by == by && sent.exchange.request == *request
            })
        };
        self.foreseen.iter().find(|walk| fits(walk)).cloned()
    }

    /// Walks over the list; only the answers matter.
    async fn make_walk(&mut self, by: Account, document: &'static OperationDoc, input: &Map<String, Value>) {
        let Some(list) = &operations::adapter(document.operation).list else { return };
        let Ok(first) = self.exchange(by, document, &encode(document, input)).await else { return };
        if let Some(body) = first.json().filter(|_| first.is_success()) {
            let _ = self.walk(list, by, document, input, body).await;
        }
    }
}

/// How far lists were followed so far in a run.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    /// The lists that were followed no further, by the size of their pages.
    too_long: BTreeMap<(Operation, bool), Silence>,
    /// The lists that came to an end, likewise.
    ended: BTreeSet<(Operation, bool)>,
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
        } else {
            self.ended.insert((operation, is_large));
        }
    }

    /// Whether such lists are known to end.
    fn ends(&self, operation: Operation, is_large: bool) -> bool {
        self.ended.contains(&(operation, is_large)) && !self.too_long.contains_key(&(operation, is_large))
    }
}

/// Who walks over lists for all who wish for them, while nothing else is under way.
pub(crate) struct Walker<'a> {
    /// Who asks.
    pub(crate) runner: Runner<'a>,
    /// The edition by which answers are read.
    pub(crate) edition: Edition,
    /// What all cases share.
    pub(crate) sharing: &'a Sharing,
    /// How many walks may be under way at once.
    pub(crate) jobs: usize,
}

/// A list, in the pages of which it is asked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key(Operation, Account, String);

impl Key {
    fn new(wish: &Wish, input: &Map<String, Value>) -> Self {
        Self(wish.document.operation, wish.by, Value::Object(input.clone()).to_string())
    }
}

impl Walker<'_> {
    /// Walks over each list once for all who wish for it. Who wishes for several gets them in that order, for
    /// which some may have to be made again; lists that are wished for alone are walked at the same time, as
    /// soon as one has shown that such lists end.
    pub(crate) async fn serve(&self, followed: &mut Followed, wishes: Vec<Wish>) -> Vec<Ready> {
        let mut walks = BTreeMap::new();
        let mut ready = Vec::new();
        let (mut several, alone): (Vec<Wish>, Vec<Wish>) =
            wishes.into_iter().partition(|wish| wish.inputs.len() > 1);
        several.sort_by_key(|wish| Reverse(wish.inputs.len()));
        for wish in several {
            let (mut granted, mut last) = (Vec::new(), 0);
            for input in &wish.inputs {
                let key = Key::new(&wish, input);
                let is_later =
                    |walk: &&Walk| walk.first().is_none_or(|sent: &StepExchange| sent.number > last);
                let walk = if let Some(walk) = walks.get(&key).filter(is_later) {
                    Walk::clone(walk)
                } else {
                    let walk = self.walk(&wish, input, followed).await;
                    self.follow(&wish, input, &walk, followed);
                    walks.insert(key, walk.clone());
                    walk
                };
                last = walk.last().map_or(last, |sent| sent.number);
                granted.push(walk);
            }
            ready.push(wish.granted(granted));
        }
        let mut lists: BTreeMap<Key, Vec<Wish>> = BTreeMap::new();
        for wish in alone {
            let Some(input) = wish.inputs.first() else { continue };
            lists.entry(Key::new(&wish, input)).or_default().push(wish);
        }
        let unmade = lists.iter().filter(|(key, _)| !walks.contains_key(key));
        let mut unmade: Vec<(&Key, &Wish, &Map<String, Value>)> = unmade
            .filter_map(|(key, wishes)| {
                wishes.first().and_then(|wish| Some((key, wish, wish.inputs.first()?)))
            })
            .collect();
        while !unmade.is_empty() {
            let untried = unmade
                .iter()
                .position(|(_, wish, input)| !followed.ends(wish.document.operation, is_large(input)));
            let at_once = match untried {
                Some(place) => vec![unmade.remove(place)],
                None => unmade.drain(..unmade.len().min(self.jobs.max(1))).collect(),
            };
            let made = join_all(at_once.iter().map(|(_, wish, input)| self.walk(wish, input, followed)));
            for ((key, wish, input), walk) in at_once.iter().zip(made.await) {
                self.follow(wish, input, &walk, followed);
                walks.insert((*key).clone(), walk);
            }
        }
        for (key, wishes) in lists {
            let walk = walks.remove(&key).unwrap_or_default();
            ready.extend(wishes.into_iter().map(|wish| wish.granted(vec![walk.clone()])));
        }
        ready
    }

    /// Walks over a list.
    async fn walk(&self, wish: &Wish, input: &Map<String, Value>, followed: &Followed) -> Walk {
        let nothing =
            Program { name: "a walk over a list".to_owned(), edition: self.edition, steps: Vec::new() };
        let mut case = Case::new(&self.runner, &nothing, "");
        case.conversation.sharing = Some(self.sharing);
        case.conversation.follows = Some(followed.limit(wish.document.operation, is_large(input)));
        case.make_walk(wish.by, wish.document, input).await;
        case.finish(true).exchanges
    }

    /// A walk was made.
    fn follow(&self, wish: &Wish, input: &Map<String, Value>, walk: &Walk, followed: &mut Followed) {
        followed.take(wish.document.operation, is_large(input), walk, &self.runner.context.prefix);
    }
}

/// Whether a list is asked for in large pages.
fn is_large(input: &Map<String, Value>) -> bool {
    input.get("maxResults").and_then(Value::as_u64).is_none_or(|size| size >= LARGE)
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
        assert!(followed.ends(LIST, true) && !followed.ends(LIST, false));
        followed.take(
            LIST,
            true,
            &vec![page("{\"profiles\":[{\"profileName\":\"theirs\"}]}"); MOST_FOREIGN],
            "c123456",
        );
        assert_eq!(followed.limit(LIST, true), (FEW, Silence::Crowded(FEW)));
    }
}
