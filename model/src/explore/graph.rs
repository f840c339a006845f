//! The graph of a small scope with all its edges.

use rustc_hash::FxHashMap;

use crate::environment::expected;
use crate::explore::{Move, choices};
use crate::outcome::{Admission, Rule};
use crate::scopes::scope::Scope;
use crate::state::State;

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
    /// The requirement that admits the answer; none for a job that ends.
    pub rule: Option<Rule>,
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
        let mut places = FxHashMap::from_iter([(initial, 0)]);
        let mut graph = Self { states: vec![initial], edges: Vec::new(), depth: 0, parents: vec![None] };
        let mut distances = vec![0];
        let mut from = 0;
        while let Some(state) = graph.states.get(from).copied() {
            for choice in choices(scope, &state) {
                let to = *places.entry(choice.to).or_insert_with(|| {
                    graph.states.push(choice.to);
                    graph.parents.push(Some(graph.edges.len()));
                    distances.push(distances[from] + 1);
                    graph.states.len() - 1
                });
                graph.edges.push(Edge {
                    from,
                    to,
                    by: choice.by,
                    admission: choice.admission,
                    rule: choice.rule,
                });
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
