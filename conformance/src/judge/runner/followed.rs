//! How far lists are followed: one that has no end, or holds far more than the run has made, is told after a
//! few pages from then on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use signer_schemas::Operation;

use crate::data::case::StepExchange;
use crate::data::exchange::Silence;

/// Lists that are alike: an operation's in large pages, or in small ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    operation: Operation,
    is_large: bool,
}

impl Kind {
    /// The kind of the list that is asked for so.
    pub(super) fn of(operation: Operation, input: &Map<String, Value>) -> Self {
        let size = input.get("maxResults").and_then(Value::as_u64);
        Self { operation, is_large: size.is_none_or(|size| size >= LARGE) }
    }

    /// Whether others may have made what it lists: an account can hold any number of profiles and jobs.
    const fn grows(self) -> bool {
        matches!(self.operation, Operation::ListSigningProfiles | Operation::ListSigningJobs)
    }
}

/// How far lists were followed so far in a run.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    /// The lists that were followed no further.
    too_long: BTreeMap<Kind, Silence>,
    /// The lists that came to an end.
    ended: BTreeSet<Kind>,
    /// The pages with nothing on them that the run has made, by what they list.
    foreign_pages: BTreeMap<Operation, usize>,
}

/// A list that goes on after so many pages has no end.
const MOST_PAGES: usize = 1000;

/// One of what others may have made is followed for so many small ones.
pub(crate) const MOST_SMALL_PAGES: usize = 300;

/// So many pages of what others have made, of all lists of an operation together: what the run itself has
/// made is always read.
const MOST_FOREIGN: usize = 6000;

/// What is known to be too long is followed for so many pages.
const FEW: usize = 5;

/// A page of so many items is a large one.
const LARGE: u64 = 25;

impl Followed {
    /// After how many pages the list is followed no further, and why. A case that is run by itself, because
    /// it departs, is not cut short by what the others have read: its finding would be lost.
    pub(super) fn limit(&self, kind: Kind, is_alone: bool) -> (usize, Silence) {
        match self.too_long.get(&kind) {
            Some(silence) => (FEW, silence.clone()),
            None if is_alone => Self::most(kind),
            None if self.foreign_pages.get(&kind.operation).is_some_and(|pages| *pages >= MOST_FOREIGN) => {
                (FEW, Silence::Crowded(FEW))
            }
            None => Self::most(kind),
        }
    }

    /// How far any list is followed.
    pub(super) const fn most(kind: Kind) -> (usize, Silence) {
        if kind.is_large || !kind.grows() {
            (MOST_PAGES, Silence::Endless(MOST_PAGES))
        } else {
            (MOST_SMALL_PAGES, Silence::Crowded(MOST_SMALL_PAGES))
        }
    }

    /// A walk was made, by a run whose names begin so, for a case by itself or for all that want the list.
    pub(super) fn take(&mut self, kind: Kind, walk: &[StepExchange], prefix: &str, is_alone: bool) {
        if kind.grows() && !is_alone {
            *self.foreign_pages.entry(kind.operation).or_default() += foreign(walk.iter(), prefix);
        }
        if let Some(Err(silence @ (Silence::Endless(_) | Silence::Crowded(_)))) =
            walk.last().map(|sent| &sent.exchange.outcome)
        {
            self.too_long.entry(kind).or_insert_with(|| silence.clone());
        } else {
            self.ended.insert(kind);
        }
    }

    /// Whether such lists are known to end.
    pub(super) fn ends(&self, kind: Kind) -> bool {
        self.ended.contains(&kind) && !self.too_long.contains_key(&kind)
    }
}

/// How many answers hold nothing of a run whose names begin so.
fn foreign<'a>(sent: impl Iterator<Item = &'a StepExchange>, prefix: &str) -> usize {
    let outcomes = sent.filter_map(|sent| sent.exchange.outcome.as_ref().ok());
    outcomes.filter(|response| !String::from_utf8_lossy(&response.body).contains(prefix)).count()
}

/// Whether it asks for profiles or jobs, of which an account can hold any number.
fn lists_what_grows(sent: &StepExchange) -> bool {
    let request = &sent.exchange.request;
    let path = request.target.split('?').next().unwrap_or_default();
    request.method == "GET" && ["/signing-profiles", "/signing-jobs"].contains(&path)
}

/// Whether it is for what others have made that a case, which has seen these answers, could not go on.
pub(super) fn is_crowded(silence: &Silence, sent: &[StepExchange], prefix: &str) -> bool {
    match silence {
        Silence::Crowded(_) => true,
        Silence::TooMuch(_) => {
            foreign(sent.iter().filter(|sent| lists_what_grows(sent)), prefix) >= MOST_SMALL_PAGES
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use signer_model::Account;

    use super::*;
    use crate::data::exchange::{Exchange, Request, Response, Service};

    fn page(body: &str) -> StepExchange {
        let response = Response { status: 200, headers: Vec::new(), body: body.into() };
        let (method, target) = ("GET".to_owned(), "/signing-profiles?maxResults=25".to_owned());
        let (by, to, request) =
            (Account::Owner, Service::Signer, Request { method, target, ..Request::default() });
        StepExchange::new(0, Exchange { by, to, request, outcome: Ok(response) })
    }

    #[test]
    fn what_the_run_has_made_itself_makes_no_account_crowded() {
        const LARGE_PAGES: Kind = Kind { operation: Operation::ListSigningProfiles, is_large: true };
        let small_pages = Kind { is_large: false, ..LARGE_PAGES };
        let mut followed = Followed::default();
        followed.take(
            LARGE_PAGES,
            &vec![page("{\"profiles\":[{\"profileName\":\"c12345601\"}]}"); MOST_FOREIGN],
            "c123456",
            false,
        );
        assert_eq!(followed.limit(LARGE_PAGES, false), (MOST_PAGES, Silence::Endless(MOST_PAGES)));
        assert!(followed.ends(LARGE_PAGES) && !followed.ends(small_pages));
        followed.take(
            LARGE_PAGES,
            &vec![page("{\"profiles\":[{\"profileName\":\"theirs\"}]}"); MOST_FOREIGN],
            "c123456",
            false,
        );
        assert_eq!(followed.limit(LARGE_PAGES, false), (FEW, Silence::Crowded(FEW)));
        assert_eq!(followed.limit(LARGE_PAGES, true), Followed::most(LARGE_PAGES), "a finding is not lost");
        let jobs = Kind { operation: Operation::ListSigningJobs, ..LARGE_PAGES };
        assert_eq!(
            followed.limit(jobs, false),
            (MOST_PAGES, Silence::Endless(MOST_PAGES)),
            "these are not crowded"
        );
    }

    #[test]
    fn what_others_have_made_is_why_a_case_has_too_much() {
        let (theirs, too_much) =
            (page("{\"profiles\":[{\"profileName\":\"theirs\"}]}"), Silence::TooMuch(48));
        let own = page("{\"profiles\":[{\"profileName\":\"c12345601\"}]}");
        assert!(is_crowded(&too_much, &vec![theirs.clone(); MOST_SMALL_PAGES], "c123456"));
        assert!(!is_crowded(&too_much, &vec![own; MOST_SMALL_PAGES], "c123456"));
        assert!(!is_crowded(&Silence::RunOver, &vec![theirs; MOST_SMALL_PAGES], "c123456"));
    }

    #[test]
    fn a_list_without_an_end_is_walked_far_once_by_a_case_by_itself_as_well() {
        const KIND: Kind = Kind { operation: Operation::ListSigningJobs, is_large: true };
        let mut followed = Followed::default();
        let mut endless = page("{\"jobs\":[{\"jobId\":\"theirs\"}]}");
        let exchange = Exchange { outcome: Err(Silence::Endless(MOST_PAGES)), ..(*endless.exchange).clone() };
        endless.exchange = std::sync::Arc::new(exchange);
        followed.take(KIND, &[endless], "c123456", true);
        for is_alone in [false, true] {
            assert_eq!(followed.limit(KIND, is_alone), (FEW, Silence::Endless(MOST_PAGES)));
        }
    }
}
