//! Every state of a scope: as a graph of our own, which keeps every edge and the shortest path to every state, and as a
//! stateright model, for its checker and its Explorer.

use std::collections::HashMap;
use std::fmt;

use crate::properties::for_stateright;
use crate::{Admission, Call, Job, JobKind, JobStatus, Outcome, Reply, Request, Scope, State, changes, expected, steps};

/// What moves a scope from state to state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// A call and its answer.
    Call(Call, Reply),
    /// A job ends.
    Ends(Job, JobStatus),
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call, reply) => write!(f, "{call} → {reply}"),
            Self::Ends(job, status) => write!(f, "{job} becomes {status}"),
        }
    }
}

/// One edge of the graph. Several may join the same states, and many lead back to where they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The state before, by its place in [`Graph::states`].
    pub from: usize,
    /// The state after.
    pub to: usize,
    /// What moves.
    pub by: Move,
    /// How the answer stands to the sources; an ending job is [`Admission::Required`].
    pub admission: Admission,
}

/// The states of a scope and all edges between them.
#[derive(Clone, Debug)]
pub struct Graph {
    /// In the order of their distance from the first.
    pub states: Vec<State>,
    /// In the order of the state that they leave.
    pub edges: Vec<Edge>,
    /// The longest of the shortest paths.
    pub depth: usize,
    parents: Vec<Option<usize>>,
}

impl Graph {
    /// Visits every state of the scope, breadth first.
    pub fn build(scope: &Scope) -> Self {
        let initial = expected(&scope.initial);
        let mut places = HashMap::from([(initial, 0)]);
        let mut graph = Self { states: vec![initial], edges: Vec::new(), depth: 0, parents: vec![None] };
        let mut distances = vec![0];
        let mut from = 0;
        while let Some(state) = graph.states.get(from).copied() {
            for (by, next, admission) in moves(scope, &state) {
                let to = *places.entry(next).or_insert_with(|| {
                    graph.states.push(next);
                    graph.parents.push(Some(graph.edges.len()));
                    distances.push(distances[from] + 1);
                    graph.states.len() - 1
                });
                graph.edges.push(Edge { from, to, by, admission });
            }
            from += 1;
        }
        graph.depth = distances.into_iter().max().unwrap_or_default();
        graph
    }

    /// The shortest way to a state.
    pub fn path(&self, mut to: usize) -> Vec<Move> {
        let mut path = Vec::new();
        while let Some(edge) = self.parents.get(to).copied().flatten() {
            path.push(self.edges[edge].by);
            to = self.edges[edge].from;
        }
        path.reverse();
        path
    }
}

/// All that can happen in a state of the scope: first what the sources require, then what they leave open, then jobs' ends.
pub fn moves(scope: &Scope, state: &State) -> Vec<(Move, State, Admission)> {
    let mut required = Vec::new();
    let mut open = Vec::new();
    for call in scope.calls.iter().filter(|call| !renames(state, call)) {
        for Outcome { reply, next, admission, .. } in (scope.permits)(scope.edition, state, call) {
            let next = expected(&next);
            let into = match admission {
                Admission::Required => &mut required,
                Admission::Open => &mut open,
                Admission::Contradicted => continue,
            };
            if (scope.within)(&next) {
                into.push((Move::Call(*call, reply), next, admission));
            }
        }
    }
    required.append(&mut open);
    required.extend(steps(state).map(|(job, status, next)| (Move::Ends(job, status), next, Admission::Required)));
    required
}

/// Whether the call would give a job's name to a second job, so that the first one could no longer be spoken of.
pub fn renames(state: &State, call: &Call) -> bool {
    match call.request {
        Request::SignPayload { job, .. } => state.job(job).exists(),
        Request::StartSigningJob { job, .. } => {
            let known = state.job(job);
            known.exists() && (known.kind == JobKind::Payload || known.invoker != call.by)
        }
        Request::AddProfilePermission { .. }
        | Request::CancelSigningProfile { .. }
        | Request::DescribeSigningJob { .. }
        | Request::GetRevocationStatus { .. }
        | Request::GetSigningPlatform { .. }
        | Request::GetSigningProfile { .. }
        | Request::ListProfilePermissions { .. }
        | Request::ListSigningJobs { .. }
        | Request::ListSigningPlatforms { .. }
        | Request::ListSigningProfiles { .. }
        | Request::ListTagsForResource { .. }
        | Request::PutSigningProfile { .. }
        | Request::RemoveProfilePermission { .. }
        | Request::RevokeSignature { .. }
        | Request::RevokeSigningProfile { .. }
        | Request::TagResource { .. }
        | Request::UntagResource { .. } => false,
    }
}

/// A scope as stateright sees it.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// The scope.
    pub scope: Scope,
}

/// A state whose debug text is in the API's words, since that is what stateright's Explorer shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shown(pub State);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One of the things that can happen, and where it leads: an answer may leave open in which state the service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// What happens.
    pub by: Move,
    /// The state after it.
    pub to: State,
}

impl stateright::Model for Exploration {
    type State = Shown;
    type Action = Choice;

    fn init_states(&self) -> Vec<Shown> {
        vec![Shown(expected(&self.scope.initial))]
    }

    fn actions(&self, state: &Shown, actions: &mut Vec<Choice>) {
        actions.extend(moves(&self.scope, &state.0).into_iter().map(|(by, to, _)| Choice { by, to }));
    }

    fn next_state(&self, _: &Shown, action: Choice) -> Option<Shown> {
        Some(Shown(action.to))
    }

    fn format_action(&self, action: &Choice) -> String {
        action.by.to_string()
    }

    fn format_step(&self, last_state: &Shown, action: Choice) -> Option<String> {
        let lines = changes(&last_state.0, &action.to);
        Some(if lines.is_empty() { "nothing changes".to_owned() } else { lines.join("\n") })
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        for_stateright(&self.scope)
    }
}
