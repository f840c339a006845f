//! What may come next in a set of worlds: the answers of a call, and the ways in which jobs end.

use signer_model::{
    Admission, Call, Change, Job, JobStatus, Leads, Offer, Reply, Rule, State, changes, offers, permits,
};

use crate::ids::{self, Head};
use crate::subjects::{Kind, Subject};

/// Where an outcome leads, over all worlds: the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// To another state.
    On,
    /// Nowhere else.
    Stays,
    /// Out of the scope.
    Out,
    /// A source speaks against it.
    Against,
}

/// One thing that may come next.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Its name in links.
    pub(crate) id: String,
    /// The answer; none for a job that ends.
    pub(crate) reply: Option<Reply>,
    /// What it changes, in words.
    pub(crate) changes: Vec<String>,
    /// How it stands to the sources.
    pub(crate) admission: Admission,
    /// The requirement; none for a job that ends, and where a rule is wrong on purpose.
    pub(crate) rule: Option<Rule>,
    /// Whether only the wrong rule of the definition gives it.
    pub(crate) is_wrong: bool,
    /// Where it leads.
    pub(crate) way: Way,
    /// The worlds after it.
    pub(crate) to: Vec<State>,
    /// In how many of the worlds before it can come.
    pub(crate) worlds: usize,
}

impl Outcome {
    /// Whether it can be taken.
    pub(crate) const fn is_taken(&self) -> bool {
        matches!(self.way, Way::On | Way::Stays)
    }
}

/// What a call may be answered, over all worlds.
pub(crate) fn outcomes(subject: &Subject, worlds: &[State], call: &Call) -> Vec<Outcome> {
    let head = Head::of(call);
    let mut found: Vec<Outcome> = Vec::new();
    for world in worlds {
        for offer in offers(&subject.scope, world, call) {
            let (way, to) = match offer.leads {
                Leads::On(to) => (Way::On, to),
                Leads::Stays => (Way::Stays, *world),
                Leads::Out => (Way::Out, world.after(&offer.outcome.change)),
                Leads::Against => (Way::Against, world.after(&offer.outcome.change)),
            };
            let lines = if offer.outcome.change == Change::None { Vec::new() } else { changes(world, &to) };
            let id = head.outcome(&offer.outcome.reply, &lines);
            let is_wrong = is_wrong(subject, world, call, &offer);
            if let Some(known) = found.iter_mut().find(|known| known.id == id) {
                if (way, offer.outcome.admission) < (known.way, known.admission) {
                    (known.way, known.admission, known.rule) =
                        (way, offer.outcome.admission, Some(offer.outcome.rule));
                }
                known.worlds += usize::from(known.to.last() != Some(&to));
                known.to.push(to);
                continue;
            }
            found.push(Outcome {
                id,
                reply: Some(offer.outcome.reply),
                changes: lines,
                admission: offer.outcome.admission,
                rule: (!is_wrong).then_some(offer.outcome.rule),
                is_wrong,
                way,
                to: vec![to],
                worlds: 1,
            });
        }
    }
    for outcome in &mut found {
        tidy(&mut outcome.to);
    }
    found
}

/// Whether the right rules have no such outcome: a wrong rule gives it, on purpose.
fn is_wrong(subject: &Subject, world: &State, call: &Call, offer: &Offer) -> bool {
    let Kind::Wrong { .. } = subject.kind else { return false };
    let is_same = |right: &signer_model::Outcome| {
        (right.reply, right.change) == (offer.outcome.reply, offer.outcome.change)
            && right.admission != Admission::Contradicted
    };
    !permits(subject.scope.edition, world, call).iter().any(is_same)
}

/// How jobs may end, over all worlds.
pub(crate) fn endings(subject: &Subject, worlds: &[State]) -> Vec<(Job, JobStatus, Outcome)> {
    let mut found: Vec<(Job, JobStatus, Outcome)> = Vec::new();
    for world in worlds {
        for (job, status, to) in (subject.scope.environment)(world) {
            let known = found.iter_mut().find(|(known, so, _)| (*known, *so) == (job, status));
            if let Some((_, _, known)) = known {
                known.to.push(to);
                known.worlds += 1;
                continue;
            }
            let outcome = Outcome {
                id: ids::ends(job, status),
                reply: None,
                changes: changes(world, &to),
                admission: Admission::Required,
                rule: None,
                is_wrong: false,
                way: Way::On,
                to: vec![to],
                worlds: 1,
            };
            found.push((job, status, outcome));
        }
    }
    found
}

/// Sorts worlds, and leaves each there once.
pub(crate) fn tidy(worlds: &mut Vec<State>) {
    worlds.sort_unstable();
    worlds.dedup();
}
