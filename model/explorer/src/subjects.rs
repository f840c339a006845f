//! What can be walked through: the scopes, the wrong definitions, and, for programs that lie in no scope, a
//! whole edition.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use signer_model::{Call, Scope, certification, mutants, scope, scopes};
use signer_schemas::Edition;

use crate::ids::Head;

/// One thing to walk through.
#[derive(Debug)]
pub(crate) struct Subject {
    /// The name in links: the scope's, or the wrong definition's.
    pub(crate) name: &'static str,
    /// What kind of thing it is.
    pub(crate) kind: Kind,
    /// Its states and calls.
    pub(crate) scope: Scope,
    /// The calls by the part of a step's id that stands for them.
    by_id: HashMap<String, Vec<Call>>,
}

/// The kinds of subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A scope with the right rules.
    Scope,
    /// A scope with a wrong rule.
    Wrong {
        /// What is wrong.
        what: &'static str,
    },
    /// All calls of an edition's scopes together.
    Edition,
}

/// Scopes with more states than this are searched only when somebody asks for it.
const SOON: [&str; 1] = ["joint"];

impl Subject {
    fn new(name: &'static str, kind: Kind, scope: Scope) -> Self {
        let mut by_id = HashMap::<String, Vec<Call>>::new();
        for call in &scope.calls {
            by_id.entry(Head::of(call).digits).or_default().push(*call);
        }
        Self { name, kind, scope, by_id }
    }

    /// The calls that the first part of a step's id may stand for.
    pub(crate) fn calls(&self, part: &str) -> &[Call] {
        self.by_id.get(part).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether every state can be visited while somebody waits for a page.
    pub(crate) fn is_small(&self) -> bool {
        self.can_be_searched() && !SOON.contains(&self.scope.name)
    }

    /// Whether every state can be visited at all in a sitting.
    pub(crate) fn can_be_searched(&self) -> bool {
        self.kind != Kind::Edition && self.scope.name != "wide"
    }
}

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let right = scopes().into_iter().chain(scope("wide"));
    let mut subjects: Vec<_> = right.map(|scope| Subject::new(scope.name, Kind::Scope, scope)).collect();
    subjects.extend(
        mutants()
            .into_iter()
            .map(|wrong| Subject::new(wrong.name, Kind::Wrong { what: wrong.what }, wrong.scope)),
    );
    subjects.extend(Edition::ALL.into_iter().filter_map(whole));
    subjects
});

/// All calls of the edition's scopes, without a border.
fn whole(edition: Edition) -> Option<Subject> {
    let mut parts = certification(edition);
    parts.extend(scopes().into_iter().filter(|scope| scope.edition == edition));
    let first = parts.first()?.clone();
    let calls = parts.iter().flat_map(|part| part.calls.iter().copied()).collect::<BTreeSet<_>>();
    let scope = Scope { name: edition.id(), calls: calls.into_iter().collect(), within: |_| true, ..first };
    Some(Subject::new(edition.id(), Kind::Edition, scope))
}

/// All subjects.
pub(crate) fn subjects() -> &'static [Subject] {
    &SUBJECTS
}

/// The subject of that name.
pub(crate) fn subject(name: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.name == name)
}

/// The smallest scope that has all these calls: the one that is named, if it does; else the edition.
pub(crate) fn home(edition: Edition, named: Option<&str>, calls: &[Call]) -> Option<&'static Subject> {
    let has_all = |subject: &&Subject| calls.iter().all(|call| subject.scope.calls.contains(call));
    let mut fitting: Vec<_> = SUBJECTS
        .iter()
        .filter(|subject| {
            subject.kind == Kind::Scope && subject.scope.edition == edition && subject.name != "wide"
        })
        .filter(has_all)
        .collect();
    fitting.sort_by_key(|subject| (Some(subject.name) != named, subject.scope.calls.len()));
    fitting.first().copied().or_else(|| subject(edition.id()))
}
