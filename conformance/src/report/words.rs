//! A program's steps in the API's words, and how surely a finding shows.

use std::collections::BTreeSet;

use signer_schemas::{Basis, Operation, requirement};

use crate::data::depth::Depth;
use crate::data::program::{Change, Probe, Step};
use crate::data::trials::Trials;
use crate::report::{Conclusion, FindingRow, Report};
use crate::scenes::scene;

impl FindingRow {
    /// What a reader needs to know beside the finding, if it was tried again and did not show each time.
    pub fn doubt(&self) -> Option<&'static str> {
        self.flaky.then_some(if self.reproduced.is_gone() { "not found again" } else { "flaky" })
    }

    /// The rule, and who says it.
    pub fn says(&self) -> String {
        let who = match self.basis {
            Basis::Documented if self.source.starts_with("API reference") => "The API reference says",
            Basis::Documented if self.source.starts_with("AWS Signer Developer Guide") => {
                "The Developer Guide says"
            }
            Basis::Documented => "The documentation says",
            Basis::Inferred | Basis::Open => "It follows from what is published",
            Basis::Modelled => "The machine-readable model says",
            Basis::Observed => "The real service does so",
        };
        format!("{who}: {}", self.statement)
    }

    /// The call, where the sentence does not tell it: of a crash, and of an answer that no source admits.
    pub(crate) fn telling_call(&self) -> Option<&str> {
        let is_open = || requirement(&self.requirement).is_some_and(|rule| rule.basis == Basis::Open);
        let call = self.called.get(self.step).map(String::as_str);
        call.filter(|_| self.crashed_by.is_some() || is_open())
    }

    /// Whether its program is a conversation written by hand, which is no walk through the model.
    pub fn is_scene(&self) -> bool {
        self.called.iter().any(|step| step.starts_with(SCENE))
    }

    /// What was permitted, without the names of the rules behind it.
    pub(crate) fn expected(&self) -> impl Iterator<Item = &str> {
        self.permitted.iter().map(|text| match text.rsplit_once(" (") {
            Some((what, rule)) if rule.ends_with(')') && rule.contains('/') && !rule.contains(' ') => what,
            _ => text,
        })
    }

    /// How often it was found again.
    pub fn again(&self) -> String {
        match self.reproduced {
            Trials { tries: 0, .. } => "not tried again".to_owned(),
            Trials { again: 0, tries } => format!("not found again, tried {tries}×"),
            trials => format!("again {trials}"),
        }
    }
}

impl Report {
    /// How far the verdict goes, if not the whole plan was asked for.
    pub fn extent(&self) -> Option<&'static str> {
        let words = match self.selection.depth {
            Depth::Quick => "as far as a quick run asks: only the cases that find most were run",
            Depth::Full => "as far as it was asked: only a part of the plan was run",
        };
        self.narrowed.then_some(words)
    }

    /// What conforms, conforms to a ledger that allows for so much; none if nothing had to be allowed for.
    pub fn allowed_for(&self) -> Option<String> {
        let known = self.findings.iter().filter(|row| row.counts && row.known.is_some()).count();
        let absent = self.operations.values().filter(|row| row.known.is_some()).count();
        let known = (known > 0).then(|| {
            let cases = counted(self.cases.len(), "case");
            format!("{}, in {} of {cases}", counted(known, "known deviation"), self.failing)
        });
        let absent = (absent > 0).then(|| format!("{} known not to be there", counted(absent, "operation")));
        let allowed: Vec<String> = known.into_iter().chain(absent).collect();
        let conforms = self.verdict == Conclusion::Conforms && !allowed.is_empty();
        conforms.then(|| format!("{}; nothing is new", allowed.join("; ")))
    }

    /// How many requirements are broken, and why findings and lines of the ledger are more, or fewer.
    pub(crate) fn reconciled(&self) -> String {
        let broken = self.findings.iter().map(|row| &row.requirement).collect::<BTreeSet<_>>().len();
        let findings = self.findings.len();
        let apart = if findings == broken {
            ""
        } else {
            " (each crash, and what the ledger has another reason for, is one of its own)"
        };
        let lines = self.ledger.as_ref().map(|ledger| {
            let absent = self.operations.values().filter(|row| row.known.is_some()).count();
            let (all, of_findings) = (ledger.matched, ledger.matched.saturating_sub(absent));
            let absent = match absent {
                0 => String::new(),
                some => format!(", {some} for an operation that is not there"),
            };
            format!(" · lines of the ledger {all} ({of_findings} for a requirement at an operation{absent})")
        });
        format!("requirements broken {broken} · findings {findings}{apart}{}", lines.unwrap_or_default())
    }

    /// Whether a case was told to deviate as its ledger says.
    pub(crate) fn has_deviating(&self) -> bool {
        self.operations.values().any(|row| row.deviating.is_some_and(|cases| cases > 0))
    }
}

/// What stands before the name of a conversation that was written by hand.
const SCENE: &str = "the scene ";

/// One step, on one line.
pub fn step_words(step: &Step) -> String {
    match step {
        Step::Call(call) => call.to_string(),
        Step::Settle(job) => format!("DescribeSigningJob {job} until its status is final"),
        Step::Probe(probe) => self::probe(probe),
        Step::Together(calls) => {
            let calls = calls.iter().map(ToString::to_string).collect::<Vec<_>>();
            format!("at once: {}", calls.join(" | "))
        }
        Step::Scene(name) => {
            format!("{SCENE}{name}: {}", scene(name).map_or("not known", |scene| scene.what))
        }
    }
}

fn probe(probe: &Probe) -> String {
    let change = match &probe.change {
        Change::Remove => "left out".to_owned(),
        Change::Set(value) => format!("set to {}", short(&value.to_string())),
        Change::Length(length) => format!("brought to {length} characters"),
        Change::Prefix(prefix) => format!("with {prefix:?} in front"),
        Change::Suffix(suffix) => format!("with {suffix:?} behind"),
        Change::Raw(text) if probe.member.is_empty() => {
            return format!("{} with the body {}", probe.call, short(text));
        }
        Change::Raw(text) => format!("written as {}", short(text)),
        Change::Body(text) => return format!("{} with the body {}", probe.call, short(text)),
        Change::Signature(signature) => return format!("{} signed so: {signature:?}", probe.call),
    };
    let effect = if probe.valid { "which is still valid" } else { "which is invalid" };
    format!("{}; `{}` {change}, {effect}", probe.call, probe.member)
}

fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let head: String = text.chars().take(LONGEST).collect();
    format!("{head}… ({} characters)", text.chars().count())
}

/// A count with its noun.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The first of these operations, and how many more there are.
pub(crate) fn some_of(operations: &[Operation], most: usize) -> String {
    let names: Vec<&str> = operations.iter().take(most).map(|operation| operation.name()).collect();
    match operations.len().saturating_sub(most) {
        0 => names.join(", "),
        more => format!("{} and {}", names.join(", "), counted(more, "more operation")),
    }
}

/// In percent, never none of what there is, and never all of what is less.
pub(crate) fn share(part: u32, whole: u32) -> String {
    let percent = (u64::from(part) * 100).checked_div(u64::from(whole)).unwrap_or_default();
    if part > 0 && percent == 0 { "less than 1 %".to_owned() } else { format!("{percent} %") }
}

/// The text, cut where it gets wider than so many characters.
pub(crate) fn cut_to(text: &str, widest: usize) -> String {
    match text.char_indices().nth(widest) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
