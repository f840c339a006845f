//! How much of a target there is, and how much of that departs.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::data::finding::Verdict;
use crate::report::words::counted;
use crate::report::{Reached, Report};

/// How much of a target there is, and how much of that departs. The two are never added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The operations that it has.
    pub operations: Reached,
    /// The requirements of which some answer could have shown that they are not kept.
    pub covered: Reached,
    /// Those of them that are not kept, at the report's basis, whether its ledger knows it or not.
    pub diverging: Reached,
    /// The findings that count, known or not.
    pub findings: usize,
    /// Their themes.
    pub themes: usize,
}

impl Counts {
    /// What a report has.
    pub fn of(report: &Report) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let absent = report.operations.values().filter(|row| row.verdict == Verdict::Unimplemented).count();
        let all = report.operations.len();
        let counting = || report.findings.iter().filter(|row| row.counts);
        let seen: BTreeSet<&str> =
            report.requirements.iter().filter(|row| row.seen > 0).map(|row| row.id.as_str()).collect();
        let broken: BTreeSet<&str> = counting().map(|row| row.requirement.as_str()).collect();
        // What departs was seen, also where the rule says that only something else shows it.
        let covered = number(seen.union(&broken).count());
        Self {
            operations: Reached { reached: number(all - absent), total: number(all) },
            covered: Reached { reached: covered, total: number(report.requirements.len()).max(covered) },
            diverging: Reached { reached: number(broken.len()), total: covered },
            findings: counting().count(),
            themes: report.themes.len(),
        }
    }

    /// In one sentence.
    pub fn words(&self) -> String {
        let Self { operations, covered, diverging, findings, themes } = self;
        format!(
            "operations {} of {} there · requirements {} of {} seen, {} of those broken · {} in {}",
            operations.reached,
            operations.total,
            covered.reached,
            covered.total,
            diverging.reached,
            counted(*findings, "finding"),
            counted(*themes, "theme")
        )
    }
}
