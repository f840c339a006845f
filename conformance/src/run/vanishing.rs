//! Which findings vanish when what another one tells of is put right: that, and nothing less, shows a cause.
//!
//! Each case is judged again from its own exchanges, without a network, once for every way to put one of its
//! findings right. A finding that vanishes in every case in which it was made, of one and the same other one,
//! follows from that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::data::case::{CaseResult, StepExchange};
use crate::data::departure::RootKey;
use crate::data::exchange::{Exchange, Silence};
use crate::data::finding::Finding;
use crate::data::program::Step;
use crate::data::run::Vanishing;
use crate::judge::mends::mended;
use crate::judge::runner::Runner;
use crate::line::recorded::Recorded;

/// A case of more exchanges is not judged again: its findings have no cause that is shown.
const MOST_EXCHANGES: usize = 1000;

/// For each finding, the others that it vanished with in every case so far.
#[derive(Debug, Default)]
pub(crate) struct Experiments {
    causes: BTreeMap<RootKey, BTreeSet<RootKey>>,
}

impl Experiments {
    /// Takes what a case has found, and tries whether any of it vanishes with something else.
    pub(crate) async fn take(
        &mut self,
        runner: &Runner<'_>,
        tag: &str,
        result: &CaseResult,
        exchanges: &[StepExchange],
    ) {
        let roots: BTreeSet<RootKey> = result.findings.iter().map(|finding| finding.root()).collect();
        for root in &roots {
            let others = || roots.iter().filter(|other| *other != root).cloned().collect();
            let possible = self.causes.entry(root.clone()).or_insert_with(others);
            possible.retain(|cause| roots.contains(cause));
        }
        let mut tried = BTreeSet::new();
        let mut read = Vec::new();
        for cause in &result.findings {
            let root = cause.root();
            let waiting: Vec<&RootKey> =
                roots.iter().filter(|effect| self.causes[*effect].contains(&root)).collect();
            if waiting.is_empty() || !tried.insert(root.clone()) {
                continue;
            }
            if read.is_empty() {
                // All versions of the case share what its bodies are as JSON, as long as it is held.
                read.extend(exchanges.iter().filter_map(|sent| sent.exchange.outcome.as_ref().ok()?.json()));
            }
            let gone = if exchanges.len() <= MOST_EXCHANGES {
                gone(runner, tag, result, exchanges, cause).await
            } else {
                BTreeSet::new()
            };
            for effect in waiting.into_iter().filter(|effect| !gone.contains(*effect)) {
                self.causes.entry(effect.clone()).or_default().remove(&root);
            }
        }
    }

    /// What was shown in all cases.
    pub(crate) fn finish(self) -> Vanishing {
        self.causes.into_iter().filter(|(_, causes)| !causes.is_empty()).collect()
    }
}

/// The findings of the case that are not made once this one's deviation is put right.
async fn gone(
    runner: &Runner<'_>,
    tag: &str,
    result: &CaseResult,
    exchanges: &[StepExchange],
    cause: &Finding,
) -> BTreeSet<RootKey> {
    let roots: BTreeSet<RootKey> = result.findings.iter().map(|finding| finding.root()).collect();
    let mut gone = BTreeSet::new();
    for version in mended(result.program.edition, cause, exchanges) {
        let Some(again) = Again::of(runner, tag, result, version).await else { continue };
        // An answer that is put right is one that the judge has nothing against.
        if again.roots.contains(&cause.root()) || !again.roots.is_subset(&roots) {
            continue;
        }
        gone.extend(roots.iter().filter(|root| again.is_without(result, root)).cloned());
    }
    gone
}

/// What judging a case again gave.
struct Again {
    roots: BTreeSet<RootKey>,
    /// How many of the exchanges were asked for again.
    read: usize,
    /// The step at which something was asked that was not recorded.
    strayed: Option<usize>,
}

impl Again {
    async fn of(
        runner: &Runner<'_>,
        tag: &str,
        result: &CaseResult,
        exchanges: Vec<Exchange>,
    ) -> Option<Self> {
        let recorded = exchanges.len();
        let endpoint = Recorded::new(exchanges.into_iter().map(Arc::new));
        let runner = Runner { endpoint: &endpoint, ..*runner };
        let (again, sent) = runner.run_again(&result.program, tag).await;
        let is_strange = |sent: &&StepExchange| matches!(sent.exchange.outcome, Err(Silence::Broken(_)));
        Some(Self {
            roots: again.findings.iter().map(|finding| finding.root()).collect(),
            read: recorded.checked_sub(endpoint.left())?,
            strayed: sent.iter().find(is_strange).map(|sent| sent.step),
        })
    }

    /// Whether everything that showed the finding was judged again, and the finding was not made.
    fn is_without(&self, result: &CaseResult, root: &RootKey) -> bool {
        let in_a_scene =
            |finding: &Finding| matches!(result.program.steps.get(finding.step), Some(Step::Scene(_)));
        let was_judged = |finding: &Finding| {
            finding.exchange < self.read
                && self.strayed.is_none_or(|step| step > finding.step || in_a_scene(finding))
        };
        !self.roots.contains(root)
            && result.findings.iter().filter(|finding| finding.root() == *root).all(was_judged)
    }
}
