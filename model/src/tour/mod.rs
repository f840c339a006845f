//! The tour: a short set of call sequences that makes every call of a scope in every situation that matters to it.

mod focus;
mod names;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashSet};

use serde::{Deserialize, Serialize};
use signer_schemas::Edition;

use self::focus::{focus, is_compound};
use self::names::{situation_words, slug};
use crate::{Admission, Call, Graph, Job, JobFilter, Move, OwnerArg, PageSize, ProfileFilter, Reply, Request, Scope, State};

/// The sequences of a scope, shortest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tour {
    /// The sequences.
    pub cases: Vec<TourCase>,
    /// How many (situation, call, answer) triples they cover, as far as the service gives those answers.
    pub transitions: usize,
}

/// One sequence: the shortest way to a situation, a call, and the reads that would show what the call should not have done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TourCase {
    /// The scope, the call and the situation.
    pub name: String,
    /// What to do.
    pub steps: Vec<Step>,
}

/// One step of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Make the call.
    Call(Call),
    /// Ask for the job's status until it has ended.
    Settle(Job),
}

/// The tour of a scope. The same scope gives the same tour.
pub fn tour(scope: &Scope) -> Tour {
    let graph = Graph::build(scope);
    let ways = Ways::to_all(&graph);
    // The nearest state of each situation, and the answers that are admitted in it.
    let mut situations = BTreeMap::<(State, Call), Situation>::new();
    for edge in &graph.edges {
        let Move::Call(call, reply) = edge.by else { continue };
        let focus = focus(&graph.states[edge.from], &call);
        if is_compound(&focus, &call) {
            continue;
        }
        let situation = situations.entry((focus, call)).or_insert_with(|| Situation::at(edge.from));
        if ways.cost(edge.from) < ways.cost(situation.nearest) {
            situation.nearest = edge.from;
        }
        situation.replies.insert(reply);
    }
    let transitions = situations.values().map(|situation| situation.replies.len()).sum();
    let mut order = situations.into_iter().collect::<Vec<_>>();
    order.sort_by_key(|((focus, call), situation)| (ways.cost(situation.nearest), *call, *focus));
    let mut names = BTreeMap::<String, usize>::new();
    let mut cases = Vec::new();
    for ((focus, call), situation) in order {
        let mut steps = ways.path(&graph, situation.nearest);
        steps.push(Step::Call(call));
        steps.extend(reveals(scope.edition, &call).into_iter().map(|request| Step::Call(request.by_owner())));
        let name = format!("{}/{}", scope.name, slug(&format!("{call} when {}", situation_words(&focus, &call))));
        let nth = names.entry(name.clone()).or_default();
        *nth += 1;
        let name = if *nth == 1 { name } else { format!("{name}-{nth}") };
        cases.push(TourCase { name, steps });
    }
    drop_beginnings(&mut cases);
    cases.sort_by_key(|case| case.steps.len());
    Tour { cases, transitions }
}

/// Drops each case that another one begins with: the other makes the same calls, and is over at the same step if one fails.
fn drop_beginnings(cases: &mut Vec<TourCase>) {
    let beginnings = cases.iter().flat_map(|case| (1..case.steps.len()).map(|end| case.steps[..end].to_vec()));
    let mut known = beginnings.collect::<HashSet<_>>();
    cases.retain(|case| known.insert(case.steps.clone()));
}

/// A call in one situation.
struct Situation {
    nearest: usize,
    replies: BTreeSet<Reply>,
}

impl Situation {
    fn at(place: usize) -> Self {
        Self { nearest: place, replies: BTreeSet::new() }
    }
}

/// The ways to all states that leave least to the service's choice, and among those the shortest.
struct Ways {
    costs: Vec<Cost>,
    last: Vec<Option<usize>>,
}

/// How often a way depends on a choice of the service, and how long it is.
type Cost = (usize, usize);

impl Ways {
    fn to_all(graph: &Graph) -> Self {
        let mut leaving = vec![Vec::new(); graph.states.len()];
        for (index, edge) in graph.edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to) {
            leaving[edge.from].push(index);
        }
        let unreached = (usize::MAX, usize::MAX);
        let mut ways = Self { costs: vec![unreached; graph.states.len()], last: vec![None; graph.states.len()] };
        let mut open = BinaryHeap::from([Reverse(((0, 0), 0))]);
        if let Some(first) = ways.costs.first_mut() {
            *first = (0, 0);
        }
        while let Some(Reverse((cost, from))) = open.pop() {
            if cost > ways.costs[from] {
                continue;
            }
            for &index in &leaving[from] {
                let edge = &graph.edges[index];
                let choices = cost.0 + usize::from(edge.admission != Admission::Required);
                let further = (choices, cost.1 + 1);
                if further < ways.costs[edge.to] {
                    ways.costs[edge.to] = further;
                    ways.last[edge.to] = Some(index);
                    open.push(Reverse((further, edge.to)));
                }
            }
        }
        ways
    }

    fn cost(&self, place: usize) -> (Cost, usize) {
        (self.costs[place], place)
    }

    fn path(&self, graph: &Graph, mut to: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(index) = self.last[to] {
            let edge = &graph.edges[index];
            steps.push(match edge.by {
                Move::Call(call, _) => Step::Call(call),
                Move::Ends(job, _) => Step::Settle(job),
            });
            to = edge.from;
        }
        steps.reverse();
        steps
    }
}

/// The reads that show what a call may have done unseen.
fn reveals(edition: Edition, call: &Call) -> Vec<Request> {
    let get = |profile| Request::GetSigningProfile { profile, owner: OwnerArg::Omitted };
    let profiles = |include_canceled| Request::ListSigningProfiles {
        filter: ProfileFilter { include_canceled, ..ProfileFilter::default() },
        page: PageSize::Default,
    };
    let jobs = |is_revoked| Request::ListSigningJobs {
        filter: JobFilter { is_revoked, ..JobFilter::default() },
        page: PageSize::Default,
    };
    match call.request {
        Request::CancelSigningProfile { profile } => vec![get(profile), profiles(Some(true)), profiles(None)],
        Request::PutSigningProfile { profile, .. } | Request::RevokeSigningProfile { profile, .. } => {
            vec![get(profile), profiles(None)]
        }
        Request::AddProfilePermission { profile, .. } | Request::RemoveProfilePermission { profile, .. } => {
            vec![Request::ListProfilePermissions { profile }]
        }
        Request::TagResource { profile, .. } | Request::UntagResource { profile, .. } => {
            vec![Request::ListTagsForResource { profile }, get(profile)]
        }
        Request::StartSigningJob { job, .. } | Request::SignPayload { job, .. } => {
            vec![Request::DescribeSigningJob { job }, jobs(None)]
        }
        Request::RevokeSignature { job, .. } => match edition {
            Edition::Current => vec![Request::DescribeSigningJob { job }, jobs(Some(true))],
            Edition::May2019 => vec![Request::DescribeSigningJob { job }],
        },
        Request::DescribeSigningJob { .. }
        | Request::GetRevocationStatus { .. }
        | Request::GetSigningPlatform { .. }
        | Request::GetSigningProfile { .. }
        | Request::ListProfilePermissions { .. }
        | Request::ListSigningJobs { .. }
        | Request::ListSigningPlatforms { .. }
        | Request::ListSigningProfiles { .. }
        | Request::ListTagsForResource { .. } => Vec::new(),
    }
}
