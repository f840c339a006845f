//! The themes of a report: which findings are of one kind, and in how many cases they show.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::departure::RootKey;
use crate::data::finding::Verdict;
use crate::report::build::input::Input;
use crate::report::theme_words::says;
use crate::report::themes::{Key, key};
use crate::report::{CaseRow, FindingRow, RequirementRow, ThemeRow};

/// Where a finding stands in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What makes it one with the others of its theme.
    key: Key,
    /// How plain its input is.
    input: Input,
}

impl Place {
    /// What its theme is sorted by: the plainest input first.
    pub(super) const fn order(&self) -> (Key, Input) {
        (self.key, self.input)
    }
}

/// The places of the findings, in the order of these: what follows from another finding has its place.
pub(super) fn places(rows: &[FindingRow], inputs: &[Input], causes: &[Option<usize>]) -> Vec<Place> {
    let place = |(index, cause): (usize, &Option<usize>)| {
        let first = cause.unwrap_or(index);
        let input = inputs[first];
        Place { key: key(&rows[first], input == Input::Valid), input }
    };
    causes.iter().enumerate().map(place).collect()
}

/// The themes of the findings that count, in the order of the report.
pub(super) fn themes(
    findings: &mut [FindingRow],
    places: &[Place],
    cases: &[CaseRow],
    requirements: &[RequirementRow],
) -> (Vec<ThemeRow>, u32) {
    let counting: BTreeMap<&str, &Key> = findings
        .iter()
        .zip(places)
        .filter(|(row, _)| row.counts)
        .map(|(row, place)| (row.id.as_str(), &place.key))
        .collect();
    let mut members: BTreeMap<&Key, Vec<(&FindingRow, Input)>> = BTreeMap::new();
    for (row, place) in findings.iter().zip(places).filter(|(row, _)| row.counts) {
        members.entry(&place.key).or_default().push((row, place.input));
    }
    let mut seen: BTreeMap<&Key, (u32, u32)> = BTreeMap::new();
    let mut failing = 0;
    for case in cases.iter().filter(|case| case.verdict != Verdict::Error) {
        let of_case: BTreeSet<&Key> =
            case.findings.iter().filter_map(|id| counting.get(id.as_str()).copied()).collect();
        failing += u32::from(!of_case.is_empty());
        for key in &of_case {
            let (cases, alone) = seen.entry(*key).or_default();
            *cases += 1;
            *alone += u32::from(of_case.len() == 1);
        }
    }
    let theme = |place: usize, key: &Key, of_it: &[(&FindingRow, Input)]| {
        let (cases, alone) = seen.get(key).copied().unwrap_or_default();
        let rows: Vec<&FindingRow> = of_it.iter().map(|(row, _)| *row).collect();
        let example = example(of_it);
        let (says, operations) = says(key, &rows, requirements);
        // What comes along with every answer is said by the sentence itself.
        let such_as = example.filter(|_| key.1.is_empty()).map(|row| match &row.crashed_by {
            Some(input) => format!("{} on {input}", row.operation),
            None => row.requirement.to_string(),
        });
        ThemeRow {
            id: format!("T{}", place + 1),
            notice: key.0,
            says,
            operations,
            such_as: such_as.unwrap_or_default(),
            findings: rows.iter().map(|row| row.id.clone()).collect(),
            example: example.map(|row| row.id.clone()).unwrap_or_default(),
            cases,
            alone,
            hides: members.len() > 1 && cases > 1 && cases * 2 > failing,
        }
    };
    let mut themes: Vec<ThemeRow> =
        members.iter().enumerate().map(|(place, (key, of_it))| theme(place, key, of_it)).collect();
    let widest = themes.iter().map(|theme| theme.cases).max();
    for theme in &mut themes {
        theme.hides &= Some(theme.cases) == widest;
    }
    let of: BTreeMap<String, String> = themes
        .iter()
        .flat_map(|theme| theme.findings.iter().map(|id| (id.clone(), theme.id.clone())))
        .collect();
    for row in findings {
        row.theme = of.get(&row.id).cloned();
    }
    (themes, failing)
}

/// The finding that shows a theme best: one that explains itself, with the plainest input, that shows most
/// often, by the shortest program.
fn example<'a>(members: &[(&'a FindingRow, Input)]) -> Option<&'a FindingRow> {
    let best = members
        .iter()
        .min_by_key(|(row, input)| (row.cause.is_some(), row.flaky, *input, u32::MAX - row.cases, row.calls));
    best.map(|(row, _)| *row)
}

/// The roots of the theme that hides others, if there is one.
pub(super) type Hiding = Option<BTreeSet<RootKey>>;

/// What makes most of the cases fail, so that their number tells nothing of the rest.
pub(super) fn hidden(themes: &[ThemeRow], findings: &[FindingRow]) -> Hiding {
    let widest = themes.iter().filter(|theme| theme.hides).max_by_key(|theme| theme.cases)?;
    Some(
        findings
            .iter()
            .filter(|row| row.theme.as_ref() == Some(&widest.id))
            .flat_map(FindingRow::roots)
            .collect(),
    )
}
