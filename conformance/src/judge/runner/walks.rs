//! Walks over the lists of the account, one for all cases that wait for it.
//!
//! A case that wants such a list waits until all others do so, too, or have ended. Then each list is walked
//! once, while no case asks anything else, and every case that waits for it takes the answers as if it had
//! asked itself. They were asked after all that the case had sent before, so its verdict is the one that it
//! would have alone.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Map, Value};
use signer_model::Account;
use signer_schemas::{Edition, Operation, OperationDoc};

use crate::data::exchange::Request;
use crate::data::program::Program;
use crate::judge::runner::Runner;
use crate::judge::runner::case::Case;
use crate::judge::runner::followed::Kind;
use crate::judge::runner::shared::{Ready, Sharing, Walk, Wish};
use crate::judge::runner::step::Flow;
use crate::line::wire::encode::encode;
use crate::operations;
use crate::operations::adapter::Listing;

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
            self.conversation.give(walk.sent);
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
            && self.conversation.company.sharing().is_some()
            && !self.conversation.company.asks_at_once
            && self.conversation.would_ask()
            && !self.runner.target.unimplemented.contains(&document.operation)
    }

    async fn await_walks(
        &mut self,
        by: Account,
        document: &'static OperationDoc,
        inputs: Vec<Map<String, Value>>,
    ) {
        let Some(sharing) = self.conversation.company.sharing() else { return };
        let since = Instant::now();
        self.foreseen = sharing.walks(by, document, inputs).await;
        self.parked += since.elapsed();
    }

    /// The walk that begins with this request, if it was made after all that the case has done.
    fn foreseen_walk(&self, by: Account, request: &Request) -> Option<Walk> {
        let last = self.conversation.last_number();
        let fits = |walk: &Walk| {
            walk.sent.first().is_some_and(|sent| {
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
            let _: Flow<_> = self.walk(Listing { list, by, document, input }, body).await;
        }
    }
}

/// Who walks over lists for all who wish for them, while no case asks anything else.
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

/// The walks that were made, by list.
#[derive(Default)]
struct Made(Mutex<BTreeMap<Key, Walk>>);

impl Made {
    fn walks(&self) -> MutexGuard<'_, BTreeMap<Key, Walk>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &Key) -> Option<Walk> {
        self.walks().get(key).cloned()
    }
}

/// A list, in the pages in which it is asked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key(Operation, Account, String);

impl Key {
    fn new(wish: &Wish, input: &Map<String, Value>) -> Self {
        Self(wish.document.operation, wish.by, Value::Object(input.clone()).to_string())
    }
}

impl Walker<'_> {
    /// Walks over each list once for all who wish for it, over several at the same time as soon as one has
    /// shown that such lists end.
    pub(crate) async fn serve(&self, wishes: Vec<Wish>) -> Vec<Ready> {
        let (mut several, alone): (Vec<Wish>, Vec<Wish>) =
            wishes.into_iter().partition(|wish| wish.inputs.len() > 1);
        several.sort_by_key(|wish| Reverse(wish.inputs.len()));
        let made = Made::default();
        let mut ready = self.each_in_order(several, &made).await;
        let mut lists: BTreeMap<Key, Vec<Wish>> = BTreeMap::new();
        for wish in alone {
            let Some(input) = wish.inputs.first() else { continue };
            lists.entry(Key::new(&wish, input)).or_default().push(wish);
        }
        self.at_once(&lists, &made).await;
        for (key, wishes) in lists {
            let walk = made.get(&key).unwrap_or_default();
            ready.extend(wishes.into_iter().map(|wish| wish.granted(vec![walk.clone()])));
        }
        ready
    }

    /// Walks for each of these wishes over its lists, one after the other.
    async fn each_in_order(&self, wishes: Vec<Wish>, made: &Made) -> Vec<Ready> {
        let mut ready = Vec::new();
        let mut wishes = wishes.into_iter().peekable();
        while let Some(first) = wishes.next() {
            let mut now = vec![first];
            while now.len() < self.jobs
                && now.iter().all(|wish| self.ends(wish))
                && let Some(next) = wishes.next_if(|next| self.ends(next))
            {
                now.push(next);
            }
            let walks = join_all(now.iter().map(|wish| self.in_order(wish, made))).await;
            ready.extend(now.into_iter().zip(walks).map(|(wish, walks)| wish.granted(walks)));
        }
        ready
    }

    /// Walks over the lists of one wish in its order, for which some may have to be made again.
    async fn in_order(&self, wish: &Wish, made: &Made) -> Vec<Walk> {
        let (mut granted, mut last) = (Vec::new(), 0);
        for input in &wish.inputs {
            let is_later = |walk: &Walk| walk.sent.first().is_none_or(|sent| sent.number > last);
            let walk = match made.get(&Key::new(wish, input)).filter(is_later) {
                Some(walk) => walk,
                None => self.walk(wish, input, made).await,
            };
            last = walk.sent.last().map_or(last, |sent| sent.number);
            granted.push(walk);
        }
        granted
    }

    /// Walks over the lists that were not walked over yet.
    async fn at_once(&self, lists: &BTreeMap<Key, Vec<Wish>>, made: &Made) {
        let unmade = lists.iter().filter(|(key, _)| made.get(key).is_none()).filter_map(|(_, wishes)| {
            let wish = wishes.first()?;
            Some((wish, wish.inputs.first()?))
        });
        let mut unmade: Vec<_> = unmade.collect();
        while !unmade.is_empty() {
            let now = match unmade.iter().position(|(wish, _)| !self.ends(wish)) {
                Some(untried) => vec![unmade.remove(untried)],
                None => unmade.drain(..unmade.len().min(self.jobs.max(1))).collect(),
            };
            join_all(now.iter().map(|(wish, input)| self.walk(wish, input, made))).await;
        }
    }

    /// Whether all lists that are wished for are known to end.
    fn ends(&self, wish: &Wish) -> bool {
        let followed = self.sharing.followed();
        wish.inputs.iter().all(|input| followed.ends(Kind::of(wish.document.operation, input)))
    }

    /// Walks over a list.
    async fn walk(&self, wish: &Wish, input: &Map<String, Value>, made: &Made) -> Walk {
        let nothing =
            Program { name: "a walk over a list".to_owned(), edition: self.edition, steps: Vec::new() };
        let mut case = Case::new(&self.runner, &nothing, "");
        case.conversation.company.plan = Some(self.sharing);
        case.make_walk(wish.by, wish.document, input).await;
        let walk = Walk { sent: case.finish(true).exchanges };
        made.walks().insert(Key::new(wish, input), walk.clone());
        walk
    }
}
