//! What a link holds: the trace, where in it one stands, and what is shown. Every view takes the same, so
//! that switching keeps the place, and so that a link opens what its sender saw.

use std::fmt;

use form_urlencoded::{Serializer, parse};

use crate::ids::is_well_formed;

/// A trace of more steps than this is not walked by hand.
const MOST_STEPS: usize = 500;
/// How many other continuations a link keeps.
const MOST_BRANCHES: usize = 8;
/// What a field for a text takes.
const LONGEST_TEXT: usize = 300;

/// What a link holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// The steps.
    pub(crate) steps: Vec<String>,
    /// After how many of them one stands; after all of them unless given.
    pub(crate) at: Option<usize>,
    /// The digest of the model that the link was made with.
    pub(crate) model: Option<String>,
    /// Other continuations, newest first.
    pub(crate) branches: Vec<Branch>,
    /// The trace to compare with.
    pub(crate) beside: Vec<String>,
    /// What is searched for.
    pub(crate) search: String,
    /// Whether what changes nothing is unfolded.
    pub(crate) all: bool,
    /// The report as whose target one walks.
    pub(crate) as_target: Option<String>,
    /// Who is asked beside.
    pub(crate) live: Option<String>,
    /// The file that the trace comes from.
    pub(crate) open: Option<String>,
    /// What the columns of the map tell.
    pub(crate) axis: Option<String>,
    /// What a shortest way was looked for to.
    pub(crate) goal: Option<String>,
}

/// Another continuation of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    /// After how many steps of the trace it begins.
    pub(crate) at: usize,
    /// Its steps.
    pub(crate) steps: Vec<String>,
}

/// Why a link cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadLink(pub(crate) String);

impl fmt::Display for BadLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Query {
    /// Reads what stands behind the `?` of a link, or in a form.
    pub(crate) fn read(text: &str) -> Result<Self, BadLink> {
        let mut query = Self::default();
        for (name, value) in parse(text.as_bytes()) {
            let value = value.into_owned();
            let short =
                |value: String| if value.chars().count() <= LONGEST_TEXT { Some(value) } else { None };
            match name.as_ref() {
                "t" => query.steps = steps(&value)?,
                "at" => query.at = Some(number(&value)?),
                "m" => query.model = short(value),
                "o" => query.branches.push(branch(&value)?),
                "b" => query.beside = steps(&value)?,
                "q" => query.search = value.chars().take(LONGEST_TEXT).collect(),
                "all" => query.all = value == "1",
                "as" => query.as_target = short(value).filter(|value| !value.is_empty()),
                "live" => query.live = short(value).filter(|value| !value.is_empty()),
                "open" => query.open = short(value).filter(|value| !value.is_empty()),
                "to" => query.goal = short(value).filter(|value| !value.is_empty()),
                "axis" => query.axis = short(value).filter(|value| !value.is_empty()),
                // What a form adds, and what a later version may know.
                _ => {}
            }
        }
        query.branches.truncate(MOST_BRANCHES);
        Ok(query)
    }

    /// After how many steps one stands.
    pub(crate) fn position(&self) -> usize {
        self.at.unwrap_or(usize::MAX).min(self.steps.len())
    }

    /// The link by which that step is taken from here. Where the trace went on otherwise, that is kept
    /// beside.
    pub(crate) fn taking(&self, id: &str) -> Self {
        let at = self.position();
        let mut next = self.clone();
        if self.steps.get(at).is_none_or(|ahead| ahead != id) {
            next.part(at);
            next.steps.truncate(at);
            next.steps.push(id.to_owned());
        }
        next.at = None;
        if next.steps.len() > at + 1 {
            next.at = Some(at + 1);
        }
        next
    }

    /// The link to another position of the same trace.
    pub(crate) fn at(&self, at: usize) -> Self {
        Self { at: (at != self.steps.len()).then_some(at), ..self.clone() }
    }

    /// The link on which a branch is the trace, and the trace goes on beside.
    pub(crate) fn following(&self, index: usize) -> Self {
        let mut next = self.clone();
        if index < next.branches.len() {
            let branch = next.branches.remove(index);
            next.part(branch.at);
            next.steps.truncate(branch.at);
            next.steps.extend(branch.steps);
            next.at = Some(branch.at + 1);
        }
        next
    }

    /// The steps of the trace on which a branch is the continuation.
    pub(crate) fn branched(&self, branch: &Branch) -> Vec<String> {
        let shared = self.steps.get(..branch.at.min(self.steps.len())).unwrap_or_default();
        shared.iter().chain(&branch.steps).cloned().collect()
    }

    /// The steps of the trace of another link, or of one that is pasted.
    pub(crate) fn steps_of(link: &str) -> Result<Vec<String>, BadLink> {
        let query = link.trim().split_once('?').map_or(link, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let found = Self::read(query)?.steps;
        if found.is_empty() {
            Err(BadLink("it has no steps: copy the link of a page of this scope".to_owned()))
        } else {
            Ok(found)
        }
    }

    /// Keeps what comes after a position as a branch.
    fn part(&mut self, at: usize) {
        let ahead = self.steps.get(at..).unwrap_or_default().to_vec();
        // Those that began after this position began on what is no longer the trace.
        self.branches.retain(|branch| branch.at <= at);
        if !ahead.is_empty() {
            self.branches.insert(0, Branch { at, steps: ahead });
            self.branches.truncate(MOST_BRANCHES);
        }
    }
}

/// As it stands behind the `?` of a link.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Serializer::new(String::new());
        if !self.steps.is_empty() {
            text.append_pair("t", &self.steps.join("."));
        }
        if let Some(at) = self.at.filter(|at| *at < self.steps.len()) {
            text.append_pair("at", &at.to_string());
        }
        for branch in &self.branches {
            text.append_pair("o", &format!("{}.{}", branch.at, branch.steps.join(".")));
        }
        if !self.beside.is_empty() {
            text.append_pair("b", &self.beside.join("."));
        }
        let rest = [
            ("as", &self.as_target),
            ("live", &self.live),
            ("open", &self.open),
            ("axis", &self.axis),
            ("to", &self.goal),
            ("m", &self.model),
        ];
        for (name, value) in rest {
            if let Some(value) = value {
                text.append_pair(name, value);
            }
        }
        // Last, as in the form that sets them.
        if !self.search.is_empty() {
            text.append_pair("q", &self.search);
        }
        if self.all {
            text.append_pair("all", "1");
        }
        f.write_str(&text.finish())
    }
}

fn steps(text: &str) -> Result<Vec<String>, BadLink> {
    let steps: Vec<String> = text.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect();
    if steps.len() > MOST_STEPS {
        return Err(BadLink(format!("the trace has {} steps; at most {MOST_STEPS} are walked", steps.len())));
    }
    match steps.iter().find(|step| !is_well_formed(step)) {
        Some(wrong) => Err(BadLink(format!(
            "{:?} names no step: a step is seven letters and digits, and steps are joined by dots",
            wrong.chars().take(40).collect::<String>()
        ))),
        None => Ok(steps),
    }
}

fn number(text: &str) -> Result<usize, BadLink> {
    let shown = text.chars().take(40).collect::<String>();
    text.parse().map_err(|_| {
        BadLink(format!("{shown:?} is no position in a trace: it is the number of steps before it"))
    })
}

fn branch(text: &str) -> Result<Branch, BadLink> {
    let (at, rest) = text.split_once('.').unwrap_or((text, ""));
    Ok(Branch { at: number(at)?, steps: steps(rest)? })
}

#[cfg(test)]
mod tests {
    use super::{Branch, Query};

    fn query(steps: &[&str]) -> Query {
        Query { steps: steps.iter().map(|step| (*step).to_owned()).collect(), ..Query::default() }
    }

    const A: &str = "aaaaaaa";
    const B: &str = "bbbbbbb";
    const C: &str = "ccccccc";

    #[test]
    fn a_link_reads_back_as_it_was_written() {
        let mut query = query(&[A, B, C]).at(1);
        query.search = "a b&c".to_owned();
        query.all = true;
        query.model = Some("0123abcd".to_owned());
        query.beside = vec![B.to_owned(), A.to_owned()];
        query.branches.push(Branch { at: 1, steps: vec![C.to_owned()] });
        assert_eq!(Query::read(&query.to_string()), Ok(query));
    }

    #[test]
    fn taking_the_step_that_is_ahead_only_moves_on() {
        let next = query(&[A, B, C]).at(1).taking(B);
        assert_eq!((next.position(), next.steps.len(), next.branches.len()), (2, 3, 0));
    }

    #[test]
    fn going_on_otherwise_keeps_both_continuations_and_changes_between_them() {
        let other = query(&[A, B, C]).at(1).taking(C);
        assert_eq!(other.steps, [A, C]);
        assert_eq!(other.branches, [Branch { at: 1, steps: vec![B.to_owned(), C.to_owned()] }]);
        let back = other.following(0);
        assert_eq!(back.steps, [A, B, C]);
        assert_eq!(back.branches, [Branch { at: 1, steps: vec![C.to_owned()] }]);
        assert_eq!(back.following(0).steps, [A, C]);
    }

    #[test]
    fn garbage_is_refused_in_words() {
        for (text, what) in [
            ("t=nonsense", "names no step"),
            ("at=x", "no position"),
            ("t=aaaaaaa.%3Cscript%3E", "names no step"),
        ] {
            let error = Query::read(text).expect_err("it is garbage");
            assert!(error.0.contains(what), "{error}");
        }
        let long = format!("t={}", vec![A; 501].join("."));
        assert!(Query::read(&long).expect_err("it is too long").0.contains("501 steps"));
    }
}
