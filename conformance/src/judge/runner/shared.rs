//! What the cases of one plan share while they run: the numbers of their requests, who waits for which list,
//! and how far lists are followed.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use signer_model::Account;
use signer_schemas::OperationDoc;
use tokio::sync::{mpsc, oneshot};

use crate::data::body::Json;
use crate::data::case::{CaseResult, StepExchange};
use crate::judge::runner::followed::Followed;
use crate::judge::runner::waiting::FAR_LONGER;

/// What the cases of one plan share while they run.
#[derive(Debug)]
pub(crate) struct Sharing {
    requests: AtomicU64,
    /// The cases that are under way, and do not wait for a list.
    active: AtomicUsize,
    signals: mpsc::UnboundedSender<Signal>,
    /// How long jobs took that ended, and how many did not.
    jobs: Mutex<Jobs>,
    followed: Mutex<Followed>,
}

#[derive(Debug, Default)]
struct Jobs {
    longest: Duration,
    stuck: u32,
    /// The longest that a plain job took which was started while another one did not end.
    beside_stuck: Option<Duration>,
}

/// So many jobs that never end are waited for as long as the user allows.
const MOST_STUCK: u32 = 2;

/// From then on, a job is given so many times as long as the longest took that ended, and no less than a
/// second.
const LONGER: u32 = 10;

/// Where a finding is reduced, a job that sticks is waited for so many times as long as shows that it does:
/// on another service, plain jobs may take longer.
const MARGIN: u32 = 4;

/// And no less than this.
const LEAST_REDUCTION: Duration = Duration::from_secs(5);

/// In which company a program is run: by default by itself, and as part of no plan.
#[derive(Default)]
pub(crate) struct Company<'a> {
    /// What the cases of its plan share.
    pub(crate) plan: Option<&'a Sharing>,
    /// Whether it takes no answer that others have, and waits for none; it knows how far lists were followed.
    pub(crate) is_alone: bool,
    /// Answers that are at hand for its beginning.
    pub(crate) given: Vec<StepExchange>,
    /// Whether it asks for lists at once, and does not wait until others want them.
    pub(crate) asks_at_once: bool,
    /// Whether it is judged again from a log, which holds how far its lists were followed.
    pub(crate) is_of_log: bool,
}

impl<'a> Company<'a> {
    /// What the program shares with others.
    pub(super) fn sharing(&self) -> Option<&'a Sharing> {
        self.plan.filter(|_| !self.is_alone)
    }
}

/// A case is no longer under way.
#[derive(Debug)]
pub(crate) enum Signal {
    /// It waits for lists.
    Waits(Wish),
    /// It has ended, while others of its conversation go on.
    Ended,
}

/// The answers of a walk over a list, page by page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    pub(super) sent: Vec<StepExchange>,
}

/// The lists that a case waits for.
#[derive(Debug)]
pub(crate) struct Wish {
    pub(super) by: Account,
    pub(super) document: &'static OperationDoc,
    /// The input of each list, in the order in which the case asks for them.
    pub(super) inputs: Vec<Map<String, Value>>,
    answer: oneshot::Sender<Vec<Walk>>,
}

/// A case that has what it waited for, and may go on.
#[derive(Debug)]
pub(crate) struct Ready {
    walks: Vec<Walk>,
    answer: oneshot::Sender<Vec<Walk>>,
}

/// What running a case gave.
pub(crate) struct Ended {
    pub(crate) result: CaseResult,
    pub(crate) exchanges: Vec<StepExchange>,
    /// The bytes of those exchanges that are the case's own.
    pub(crate) size: usize,
    /// How long it waited for other cases.
    pub(crate) parked: Duration,
    /// Whether it came to its last step.
    pub(crate) is_whole: bool,
}

impl Sharing {
    /// Nothing sent yet, and where signals arrive.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Signal>) {
        let (signals, arriving) = mpsc::unbounded_channel();
        (
            Self {
                requests: AtomicU64::new(0),
                active: AtomicUsize::new(0),
                signals,
                jobs: Mutex::default(),
                followed: Mutex::default(),
            },
            arriving,
        )
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How many cases are under way.
    pub(crate) fn active(&self) -> usize {
        self.active.load(Ordering::SeqCst)
    }

    /// How far the lists of the account were followed.
    pub(super) fn followed(&self) -> MutexGuard<'_, Followed> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job has ended after that time.
    pub(super) fn job_ended(&self, after: Duration) {
        if let Ok(mut jobs) = self.jobs.lock() {
            jobs.longest = jobs.longest.max(after);
        }
    }

    /// A job has not ended in the time that it was given.
    pub(super) fn job_stuck(&self) {
        if let Ok(mut jobs) = self.jobs.lock() {
            jobs.stuck += 1;
        }
    }

    /// A plain job has ended after that time, while another one did not end.
    pub(super) fn job_ended_beside_stuck(&self, after: Duration) {
        if let Ok(mut jobs) = self.jobs.lock() {
            jobs.beside_stuck = jobs.beside_stuck.max(Some(after));
        }
    }

    /// How long a job is waited for, where the user allows that time.
    pub(crate) fn job_timeout(&self, allowed: Duration) -> Duration {
        let Ok(jobs) = self.jobs.lock() else { return allowed };
        if jobs.stuck < MOST_STUCK {
            allowed
        } else {
            (LONGER * jobs.longest).max(Duration::from_secs(1)).min(allowed)
        }
    }

    /// How long a job is waited for where a finding is reduced, if the user allows that time: as soon as a
    /// job is known not to end, only as long as shows that it takes far longer than others.
    pub(crate) fn reduction_timeout(&self, allowed: Duration) -> Duration {
        let beside_stuck = self.jobs.lock().ok().and_then(|jobs| jobs.beside_stuck);
        beside_stuck.map_or(allowed, |other| (MARGIN * FAR_LONGER * other).max(LEAST_REDUCTION).min(allowed))
    }

    /// So many more cases are under way.
    pub(crate) fn begin(&self, cases: usize) {
        self.active.fetch_add(cases, Ordering::SeqCst);
    }

    /// The case has ended, and others of its conversation go on.
    pub(crate) fn signal_end(&self) {
        drop(self.signals.send(Signal::Ended));
    }

    /// One case less is under way.
    pub(crate) fn end(&self) {
        self.active.fetch_sub(1, Ordering::SeqCst);
    }

    /// A walk over each of these lists, once they are made.
    pub(super) async fn walks(
        &self,
        by: Account,
        document: &'static OperationDoc,
        inputs: Vec<Map<String, Value>>,
    ) -> Vec<Walk> {
        let (answer, walks) = oneshot::channel();
        let wish = Wish { by, document, inputs, answer };
        // Without an answer the run is over, and nothing more is sent.
        drop(self.signals.send(Signal::Waits(wish)));
        walks.await.unwrap_or_default()
    }
}

impl Signal {
    /// What the case waits for.
    pub(crate) fn wish(self) -> Option<Wish> {
        match self {
            Self::Waits(wish) => Some(wish),
            Self::Ended => None,
        }
    }
}

impl Wish {
    /// The walks that were wished for.
    pub(super) fn granted(self, walks: Vec<Walk>) -> Ready {
        Ready { walks, answer: self.answer }
    }
}

impl Ready {
    /// What its lists are read as. While that is held, no case has to read them again.
    pub(crate) fn read(&self) -> Vec<Json> {
        let sent = self.walks.iter().flat_map(|walk| &walk.sent);
        sent.filter_map(|sent| sent.exchange.outcome.as_ref().ok()?.json()).collect()
    }

    /// Lets the case go on.
    pub(crate) fn go_on(self, sharing: &Sharing) {
        sharing.begin(1);
        if self.answer.send(self.walks).is_err() {
            sharing.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Sharing};

    const ALLOWED: Duration = Duration::from_secs(30);

    #[test]
    fn a_job_that_is_known_to_stick_is_not_waited_for_again_and_again() {
        let (sharing, _signals) = Sharing::new();
        sharing.job_ended(Duration::from_millis(15));
        sharing.job_stuck();
        assert_eq!(sharing.job_timeout(ALLOWED), ALLOWED, "one that sticks may be an accident");
        assert_eq!(
            sharing.reduction_timeout(ALLOWED),
            ALLOWED,
            "it is not known how long others take beside it"
        );
        sharing.job_ended_beside_stuck(Duration::from_millis(15));
        assert_eq!(sharing.reduction_timeout(ALLOWED), Duration::from_secs(6));
        sharing.job_stuck();
        assert_eq!(sharing.job_timeout(ALLOWED), Duration::from_secs(1));
        sharing.job_ended(Duration::from_secs(10));
        assert_eq!(sharing.job_timeout(ALLOWED), ALLOWED);
        assert_eq!(
            sharing.reduction_timeout(ALLOWED),
            Duration::from_secs(6),
            "one slow job changes nothing"
        );
        sharing.job_ended_beside_stuck(Duration::from_secs(10));
        assert_eq!(sharing.reduction_timeout(ALLOWED), ALLOWED);
    }
}
