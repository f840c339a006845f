//! Small parts that pages share.

use maud::{Markup, html as markup};
use signer_conformance::report::FindingRow;
use signer_conformance::visible::visible;

use crate::cards::Card;
use crate::ledger::Requirement;
use crate::live::Wire;

/// A number in groups of three digits, as the report has it.
pub(super) fn grouped(number: usize) -> String {
    signer_conformance::report::grouped(number as u64)
}

/// The link to a requirement's page.
pub(super) fn requirement_link(id: &str) -> Markup {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("id", id).finish();
    markup! { a.rule-id href=(format!("/requirement?{query}")) { (id) } }
}

/// A requirement that unfolds to its sentence and its source.
pub(super) fn requirement(rule: &Requirement) -> Markup {
    markup! {
        details.why data-key=(rule.id) {
            summary { code { (rule.id) } }
            (sentence(rule))
        }
    }
}

/// What a requirement says, and who says so. Where it leaves the error of a refusal open, first what makes it
/// one.
pub(super) fn sentence(rule: &Requirement) -> Markup {
    markup! {
        @if let Some(of) = &rule.refuses {
            p { strong { "Why it is refused: " } (of.statement) " " (requirement_link(of.id)) }
            p.source { (of.source) " (" (of.basis) ")" }
        }
        p { (rule.statement) }
        @if let Some(question) = rule.question { p { strong { "Open: " } (question) } }
        p.source { (rule.source) " (" (rule.basis) ")" }
    }
}

/// The cards of a state.
pub(super) fn cards(cards: &[Card]) -> Markup {
    cards_of("", cards)
}

/// The cards of one of several states that a page shows, with what is said of it before each name.
pub(super) fn cards_of(whose: &str, cards: &[Card]) -> Markup {
    markup! {
        @for card in cards {
            section.card aria-label=(format!("{whose}{} {}", card.kind, card.name)) {
                h3 { (card.name) " " span.faint { (card.kind) } }
                dl {
                    @for line in &card.lines {
                        div.changed[line.changed].differs[line.differs] {
                            dt { (line.field) }
                            dd {
                                @if let Some(was) = &line.was {
                                    span.was { (was) } span aria-hidden="true" { " → " } span.visually-hidden { " becomes " }
                                    strong { (line.value) }
                                } @else { (line.value) }
                                @if line.differs { " " span.faint { "(worlds differ)" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How far a search is.
pub(super) fn progress(what: &str, progress: crate::work::Progress) -> Markup {
    markup! {
        p.progress role="status" {
            @if progress.stopped { (what) " was stopped at " (grouped(progress.states)) " states." }
            @else {
                (what) ": " strong data-progress="states" { (grouped(progress.states)) } " states met, "
                span data-progress="todo" { (grouped(progress.states.saturating_sub(progress.expanded))) } " to do, "
                span data-progress="rate" { (grouped(usize::try_from(progress.rate).unwrap_or(usize::MAX))) } " a second."
            }
        }
    }
}

/// A finding on a line: its link, the operation whose answer departs, and the departure.
pub(super) fn finding_line(report: &str, finding: &FindingRow) -> Markup {
    markup! {
        a href=(finding_link(report, &finding.id)) { (finding.id) " " (visible(&finding.requirement)) }
        " at " (finding.operation) ": " (visible(&finding.summary))
    }
}

/// The link that opens a finding's counterexample.
pub(super) fn finding_link(report: &str, finding: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("report", report)
        .append_pair("finding", finding)
        .finish();
    format!("/open?{query}")
}

/// A number with its noun.
pub(super) fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// What went over the wire.
pub(super) fn wire(wires: &[Wire]) -> Markup {
    markup! {
        @for one in wires {
            div.wire {
                pre { (one.request) @if !one.sent.is_empty() { "\n" (one.sent) } }
                pre { (one.answer) @if !one.came.is_empty() { "\n" (one.came) } }
            }
        }
    }
}

/// Hidden fields that carry a link's query through a form.
pub(super) fn carried(query: &str, but: &[&str]) -> Markup {
    markup! {
        @for (name, value) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !but.contains(&name.as_ref())) {
            input type="hidden" name=(name) value=(value);
        }
    }
}
