//! The graph of a small scope with all its edges.

use rustc_hash::FxHashMap;

use crate::environment::expected;
use crate::explore::packed::Packed;
use crate::explore::{Followed, Move, each_choice, follow};
use crate::outcome::{Admission, Outcome, Rule};
use crate::scopes::scope::Scope;
use crate::state::State;

/// One edge of the graph. Several may join the same states, and many lead back to where they come from. A
/// scope may have more than a million of them, so that an edge holds only what tells it from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    from: u32,
    to: u32,
    /// What moves.
    pub by: Move,
    /// How the answer stands to the sources; an ending job is [`Admission::Required`].
    pub admission: Admission,
}

impl Edge {
    /// The state before, by its place in [`Graph::states`].
    pub const fn from(&self) -> usize {
        self.from as usize
    }

    /// The state after, by its place in [`Graph::states`].
    pub const fn to(&self) -> usize {
        self.to as usize
    }
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

/// The states that were met while a graph is built.
struct Met {
    /// By what is quick to compare.
    places: FxHashMap<Packed, u32>,
    /// How many there are.
    count: u32,
    /// How far each is from the first.
    distances: Vec<usize>,
}

impl Graph {
    /// Visits every state of the scope, breadth first. The edges of a state are its [`choices`], in their
    /// order.
    ///
    /// [`choices`]: crate::explore::choices
    pub fn build(scope: &Scope) -> Self {
        let initial = expected(&scope.initial);
        let mut graph = Self { states: vec![initial], edges: Vec::new(), depth: 0, parents: vec![None] };
        let places = FxHashMap::from_iter([(Packed::of(&initial), 0)]);
        let mut met = Met { places, count: 1, distances: vec![0] };
        let mut from = 0;
        while let Some(state) = graph.states.get(from as usize).copied() {
            each_choice(scope, &state, |by, admission, _, to| graph.add(&mut met, from, by, admission, to));
            from += 1;
        }
        graph.depth = met.distances.into_iter().max().unwrap_or_default();
        graph
    }

    /// Adds an edge, and the state that it leads to if that was not met before; without one, it leads back.
    fn add(&mut self, met: &mut Met, from: u32, by: Move, admission: Admission, to: Option<State>) {
        let to = to.map_or(from, |to| {
            *met.places.entry(Packed::of(&to)).or_insert_with(|| {
                self.states.push(to);
                self.parents.push(Some(self.edges.len()));
                met.distances.push(met.distances[from as usize] + 1);
                met.count += 1;
                met.count - 1
            })
        });
        self.edges.push(Edge { from, to, by, admission });
    }

    /// The requirement that admits the answer of an edge of this scope; none for a job that ends.
    pub fn rule(&self, scope: &Scope, edge: &Edge) -> Option<Rule> {
        let Move::Call(call, reply) = edge.by else { return None };
        let (state, to) = (&self.states[edge.from()], self.states[edge.to()]);
        let leads_there = |outcome: &&Outcome| match follow(scope, state, outcome) {
            Followed::Stays => *state == to,
            Followed::Leads(there) => there == to,
            Followed::Left => false,
        };
        let outcomes = (scope.permits)(scope.edition, state, &call);
        let alike = |outcome: &&Outcome| (outcome.reply, outcome.admission) == (reply, edge.admission);
        outcomes.iter().filter(alike).find(leads_there).map(|outcome| outcome.rule)
    }

    /// The shortest way to a state.
    pub fn path(&self, mut to: usize) -> Vec<Move> {
        let mut path = Vec::new();
        while let Some(edge) = self.parents.get(to).copied().flatten() {
            path.push(self.edges[edge].by);
            to = self.edges[edge].from();
        }
        path.reverse();
        path
    }
}
