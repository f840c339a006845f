//! The lives of things: every step of every toured scope, seen from one kind of resource.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use signer_schemas::Edition;

use crate::call::{Job, ProfileStatus, SignatureTime};
use crate::environment::expected;
use crate::explore::Move;
use crate::explore::search::{Place, Search, Transition, Visitor};
use crate::outcome::Admission;
use crate::reply::Reply;
use crate::request::{Call, Request};
use crate::rules::permits;
use crate::scopes::certification;
use crate::state::{JobKind, JobState, Policy, ProfileState, State};
use crate::tour::transition::TransitionClass;

/// The status of what is not there yet: where each life begins.
pub const BEGIN: &str = "[*]";

/// What a step is called that no call makes.
const TIME: &str = "time passes";

/// A kind of thing that has a life.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// What it is called.
    pub name: &'static str,
    /// The edition whose rules it follows.
    pub edition: Edition,
    /// What [`BEGIN`] stands for.
    pub begins: &'static str,
    /// The statuses that each thing of that kind may have; more than one only where a state leaves it open.
    statuses: fn(&State) -> Vec<Vec<String>>,
    /// The step, with the argument that matters.
    step: fn(&State, &Move) -> String,
    /// The place, among the statuses, of the thing that a request is about.
    about: fn(&Request) -> Option<usize>,
    /// The status that an answer shows.
    shows: fn(&Reply) -> Option<String>,
}

/// The statuses of a kind of thing, and the steps between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeCycle {
    /// The statuses, [`BEGIN`] first.
    pub statuses: Vec<String>,
    /// The steps after which the status is another, in the order of the statuses.
    pub arrows: Vec<Arrow>,
}

/// From one status to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// The place of the status before.
    pub from: usize,
    /// The place of the status after.
    pub to: usize,
    /// What moves, and how strongly the sources stand behind it at best.
    pub by: BTreeMap<String, Admission>,
}

/// A status that was another before one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// The status before.
    pub from: String,
    /// The status after.
    pub to: String,
    /// What moved, as an [`Arrow`] names it.
    pub by: String,
}

/// Where in a cycle something happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// At that status, which stays.
    Status(String),
    /// On the way from one status to another.
    Passage(Passage),
}

const PROFILE: Life = Life {
    name: "profile",
    edition: Edition::Current,
    begins: "a name that no profile has",
    statuses: profiles,
    step: operation,
    about: about_profile,
    shows: |reply| match reply {
        Reply::Profile(view) => Some(view.status.to_string()),
        _ => None,
    },
};
const JOB: Life = Life {
    name: "job",
    edition: Edition::Current,
    begins: "a token that no job has",
    statuses: jobs,
    step: job_step,
    about: about_job,
    shows: |reply| match reply {
        Reply::Job(view) => Some(view.status.to_string()),
        _ => None,
    },
};

/// All lives, of both editions.
pub const LIVES: [Life; 6] = [
    PROFILE,
    JOB,
    Life {
        name: "signature",
        edition: Edition::Current,
        begins: "nothing signed; the statuses are what GetRevocationStatus answers for a signature made \
         within the hour",
        statuses: signatures,
        step: operation,
        about: about_job,
        shows: |_| None,
    },
    Life {
        name: "permission policy",
        edition: Edition::Current,
        begins: "a profile that never had a permission",
        statuses: policies,
        step: policy_step,
        about: about_profile,
        shows: |_| None,
    },
    Life { name: "profile of 2019", edition: Edition::May2019, ..PROFILE },
    Life { name: "job of 2019", edition: Edition::May2019, ..JOB },
];

impl Life {
    /// The lives of an edition's profiles and jobs, which have a status in the API.
    pub fn with_status(edition: Edition) -> [Self; 2] {
        [Self { edition, ..PROFILE }, Self { edition, ..JOB }]
    }

    /// What the model permits, in every step of the edition's toured scopes.
    pub fn cycle(self) -> LifeCycle {
        let [cycle] = cycles([self]);
        cycle
    }

    /// What a call has moved, by the place of the thing, if the service was in one of the states before, and
    /// is in one of those after, and if `cycle` explains it in one way only. A thing that may have been moved
    /// in several ways is left out.
    pub fn passages(
        &self,
        cycle: &LifeCycle,
        before: &[State],
        call: &Call,
        after: &[State],
    ) -> BTreeMap<usize, Passage> {
        let operation = call.request.operation().to_string();
        let (before, after) = (self.possible(before), self.possible(after));
        let mut passages = BTreeMap::new();
        for (thing, (before, after)) in before.into_iter().zip(after).enumerate() {
            let [to] = after.iter().collect::<Vec<_>>()[..] else { continue };
            let ways = cycle.arrows.iter().filter(|arrow| {
                let (from, into) = (&cycle.statuses[arrow.from], &cycle.statuses[arrow.to]);
                into == to && before.contains(from)
            });
            let ways = ways.flat_map(|arrow| {
                let by = arrow.by.keys().filter(|by| **by == operation || by.starts_with(TIME));
                by.map(|by| Passage {
                    from: cycle.statuses[arrow.from].clone(),
                    to: to.clone(),
                    by: by.clone(),
                })
            });
            let ways: Vec<_> = ways.collect();
            if let [only] = ways.as_slice() {
                passages.insert(thing, only.clone());
            }
        }
        passages
    }

    /// The place of the thing whose status an answer shows, and that status.
    pub fn shown(&self, call: &Call, reply: &Reply) -> Option<(usize, String)> {
        Some(((self.about)(&call.request)?, (self.shows)(reply)?))
    }

    /// Where in the cycle a transition of a tour lies; none if its call is about nothing of this kind.
    pub fn spot(&self, transition: &TransitionClass) -> Option<Spot> {
        let (before, call) = (transition.situation(), transition.call());
        let thing = (self.about)(&call.request)?;
        let outcomes = permits(self.edition, before, call);
        let outcome =
            outcomes.iter().find(|one| TransitionClass::of(before, call, &one.reply) == *transition)?;
        let status = |state: &State| Some((self.statuses)(&expected(state)).get(thing)?.join(" or "));
        let (from, to) = (status(before)?, status(&before.after(&outcome.change))?);
        let by = || (self.step)(before, &Move::Call(*call, outcome.reply));
        Some(if from == to { Spot::Status(from) } else { Spot::Passage(Passage { from, to, by: by() }) })
    }

    /// The statuses that each thing may have in one of the states.
    fn possible(&self, states: &[State]) -> Vec<BTreeSet<String>> {
        let mut possible = Vec::<BTreeSet<String>>::new();
        for state in states {
            // What only the documents would admit of a job is not in a cycle either.
            let statuses = (self.statuses)(&expected(state));
            possible.resize(possible.len().max(statuses.len()), BTreeSet::new());
            for (known, more) in possible.iter_mut().zip(statuses) {
                known.extend(more);
            }
        }
        possible
    }

    /// The status of each thing, in words.
    pub fn status(&self, state: &State) -> Vec<String> {
        (self.statuses)(state).into_iter().map(|statuses| statuses.join(" or ")).collect()
    }
}

/// The cycles of several lives of one edition, in one search.
pub fn cycles<const N: usize>(lives: [Life; N]) -> [LifeCycle; N] {
    let mut drawings =
        lives.map(|life| Drawing { life, statuses: vec![BEGIN.to_owned()], arrows: BTreeMap::new() });
    for scope in lives.first().map(|life| certification(life.edition)).unwrap_or_default() {
        Search::run(&scope, &mut drawings, |_| {});
    }
    drawings.map(|drawing| LifeCycle {
        statuses: drawing.statuses,
        arrows: drawing.arrows.into_iter().map(|((from, to), by)| Arrow { from, to, by }).collect(),
    })
}

/// The steps from one status to another, as a search meets them.
struct Drawing {
    life: Life,
    /// In the order in which they were met.
    statuses: Vec<String>,
    /// By the places of the statuses before and after.
    arrows: BTreeMap<(usize, usize), BTreeMap<String, Admission>>,
}

impl Drawing {
    fn place(&mut self, status: String) -> usize {
        self.statuses.iter().position(|known| *known == status).unwrap_or_else(|| {
            self.statuses.push(status);
            self.statuses.len() - 1
        })
    }
}

impl Visitor for Drawing {
    fn step(&mut self, _: Place, step: &Transition<'_>) {
        if step.before == step.after {
            return;
        }
        let (before, after) = (self.life.status(step.before), self.life.status(step.after));
        for (before, after) in before.into_iter().zip(after).filter(|(before, after)| before != after) {
            let arrow = (self.place(before), self.place(after));
            let words = (self.life.step)(step.before, &step.by);
            let admission = self.arrows.entry(arrow).or_default().entry(words).or_insert(step.admission);
            *admission = step.admission.min(*admission);
        }
    }
}

/// The profile that a request is about.
fn about_profile(request: &Request) -> Option<usize> {
    request.names().0.map(|profile| usize::from(profile.0))
}

/// The job that a request is about.
fn about_job(request: &Request) -> Option<usize> {
    request.names().1.map(|job| usize::from(job.0))
}

/// The status of each profile.
fn profiles(state: &State) -> Vec<Vec<String>> {
    let status = |profile: &ProfileState| match profile.status {
        ProfileStatus::Absent => BEGIN.to_owned(),
        ProfileStatus::Active | ProfileStatus::Canceled | ProfileStatus::Revoked => {
            profile.status.to_string()
        }
    };
    state.profiles.iter().map(|profile| vec![status(profile)]).collect()
}

/// The statuses of each job.
fn jobs(state: &State) -> Vec<Vec<String>> {
    let status = |job: &JobState| {
        if job.exists() {
            job.statuses.iter().map(|status| status.to_string()).collect()
        } else {
            vec![BEGIN.to_owned()]
        }
    };
    state.jobs.iter().map(status).collect()
}

/// What a verifier is given of each signed payload.
fn signatures(state: &State) -> Vec<Vec<String>> {
    let status = |(job, it): (Job, &JobState)| {
        if !it.exists() || it.kind != JobKind::Payload {
            return vec![BEGIN.to_owned()];
        }
        let platform = state.profile(it.profile).platform;
        let at = SignatureTime::AfterLater;
        let call = Request::GetRevocationStatus { profile: it.profile, job, platform, at }.by_owner();
        let outcomes = permits(Edition::Current, state, &call);
        let admitted = outcomes.iter().filter(|outcome| outcome.admission != Admission::Contradicted);
        admitted.map(|outcome| outcome.reply.to_string()).collect()
    };
    (0..).map(Job).zip(&state.jobs).map(status).collect()
}

fn policies(state: &State) -> Vec<Vec<String>> {
    let status = |policy: &Policy| match (policy.statements.iter().flatten().count(), policy.revision) {
        (0, 0) => BEGIN.to_owned(),
        (0, _) => "no permission left".to_owned(),
        (1, _) => "1 permission".to_owned(),
        (many, _) => format!("{many} permissions"),
    };
    state.profiles.iter().map(|profile| vec![status(&profile.policy)]).collect()
}

fn operation(_: &State, by: &Move) -> String {
    by.request().map_or_else(|| by.to_string(), |request| request.operation().to_string())
}

fn job_step(before: &State, by: &Move) -> String {
    match by {
        Move::Call(..) => operation(before, by),
        Move::Ends(job, _) => format!("{TIME} (the source is {})", before.job(*job).source),
    }
}

fn policy_step(before: &State, by: &Move) -> String {
    let mut words = operation(before, by);
    if let Some(
        Request::AddProfilePermission { revision, .. } | Request::RemoveProfilePermission { revision, .. },
    ) = by.request()
    {
        // Writing into a string cannot fail.
        let _ = write!(words, " with {revision}");
    }
    words
}
