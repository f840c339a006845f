//! `check --dump`: every state of a scope and every step between them, for others' checkers and viewers.
//!
//! What each member means is written down in `model/README.md`; a change of it raises [`DUMP_VERSION`].

use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Map, Value, json};
use signer_model::{
    Admission, Choice, Job, Move, Profile, ProfileStatus, Scope, Search, State, Statement, TagKey, TagValue,
    Visitor, choices,
};

use crate::failure::Failure;

/// The version of the format in JSON.
const DUMP_VERSION: u32 = 1;

/// What a scope's graph is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A JSON document, a node or an edge on each line.
    Json,
    /// For Graphviz; what changes nothing is left out.
    Dot,
}

/// Writes the graph to standard output.
pub(super) fn dump(scope: &Scope, form: Form) -> Result<(), Failure> {
    struct Nobody;
    impl Visitor for Nobody {}
    let graph = Graph { scope, search: Search::run(scope, &mut [Nobody], |_| {}) };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match form {
        Form::Json => graph.json(&mut out),
        Form::Dot => graph.dot(&mut out),
    };
    match written.and_then(|()| out.flush()) {
        // A reader that has seen enough is no error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Inconclusive(format!("standard output cannot be written: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

struct Graph<'a> {
    scope: &'a Scope,
    search: Search,
}

impl Graph<'_> {
    fn states(&self) -> impl Iterator<Item = (usize, State)> {
        (0..self.search.unique()).filter_map(|place| Some((place, self.search.state(place)?)))
    }

    /// The steps from a state, each with the place that it leads to.
    fn steps(&self, state: &State) -> impl Iterator<Item = (usize, Choice)> {
        choices(self.scope, state)
            .into_iter()
            .filter_map(|choice| Some((self.search.place(&choice.to)?, choice)))
    }

    fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let head = json!({ "dump_version": DUMP_VERSION, "scope": self.scope.name, "edition": self.scope.edition.id(), "initial": 0 });
        let head = head.to_string();
        writeln!(out, "{},\n\"nodes\": [", head.strip_suffix('}').unwrap_or(&head))?;
        for (place, state) in self.states() {
            let comma = if place + 1 < self.search.unique() { "," } else { "" };
            writeln!(out, "{}{comma}", node(place, &state))?;
        }
        write!(out, "],\n\"edges\": [")?;
        let mut comma = "\n";
        for (from, state) in self.states() {
            for (to, choice) in self.steps(&state) {
                write!(out, "{comma}{}", edge(from, to, &choice))?;
                comma = ",\n";
            }
        }
        writeln!(out, "\n]}}")
    }

    fn dot(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "digraph {} {{\n  node [shape=box];", quoted(self.scope.name))?;
        for (place, state) in self.states() {
            writeln!(out, "  {place} [label={}];", quoted(state))?;
        }
        for (from, state) in self.states() {
            for (to, choice) in self.steps(&state).filter(|(to, _)| *to != from) {
                let style = if choice.admission == Admission::Open { ", style=dashed" } else { "" };
                writeln!(out, "  {from} -> {to} [label={}{style}];", quoted(choice.by))?;
            }
        }
        writeln!(out, "}}")
    }
}

/// A text as Graphviz takes it.
fn quoted(text: impl Display) -> String {
    format!("\"{}\"", text.to_string().replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A symbol as programs spell it.
fn spelt<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn node(place: usize, state: &State) -> Value {
    let profiles =
        (0..).map(Profile).zip(&state.profiles).filter(|(_, it)| it.status != ProfileStatus::Absent);
    let profiles = profiles.map(|(name, it)| {
        let tags = (0..).map(TagKey).zip(it.tags).filter(|(_, value)| *value != TagValue::None);
        let tags: Map<_, _> = tags.map(|(key, value)| (key.to_string(), spelt(&value))).collect();
        let grants = (0..).map(Statement).zip(it.policy.statements);
        let grants: Map<_, _> =
            grants.filter_map(|(name, grant)| Some((name.to_string(), spelt(&grant?)))).collect();
        json!({
            "name": name.to_string(),
            "status": spelt(&it.status),
            "platform": spelt(&it.platform),
            "validity": spelt(&it.validity),
            "effective": it.effective.as_ref().map(spelt),
            "tags": tags,
            "permissions": grants,
            "revision": it.policy.revision,
            "revision_uncertain": it.policy.revision_uncertain,
        })
    });
    let jobs = (0..).map(Job).zip(&state.jobs).filter(|(_, it)| it.exists()).map(|(name, it)| {
        json!({
            "name": name.to_string(),
            "statuses": it.statuses.iter().map(|status| spelt(&status)).collect::<Vec<_>>(),
            "kind": spelt(&it.kind),
            "profile": it.profile.to_string(),
            "invoker": spelt(&it.invoker),
            "source": spelt(&it.source),
            "destination": spelt(&it.destination),
            "revoked": it.revoked,
        })
    });
    json!({ "id": place, "profiles": profiles.collect::<Vec<_>>(), "jobs": jobs.collect::<Vec<_>>() })
}

fn edge(from: usize, to: usize, choice: &Choice) -> Value {
    let admission = match choice.admission {
        Admission::Required => "required",
        Admission::Open => "open",
        Admission::Contradicted => "contradicted",
    };
    let rule = choice.rule.map(|rule| (rule.id, rule.basis.id()));
    match choice.by {
        Move::Call(call, reply) => json!({
            "from": from, "to": to, "call": spelt(&call), "reply": spelt(&reply), "words": choice.by.to_string(),
            "admission": admission, "requirement": rule.map(|(id, _)| id), "basis": rule.map(|(_, basis)| basis),
        }),
        Move::Ends(job, status) => json!({
            "from": from, "to": to, "ends": job.to_string(), "status": spelt(&status), "words": choice.by.to_string(),
            "admission": admission,
        }),
    }
}
