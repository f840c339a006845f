//! What can come next, as markup.

use std::collections::BTreeSet;

use maud::{Markup, html as markup};

use crate::page::parts::{counted, finding_link, requirement, requirement_link};
use crate::view::next::{Answer, Choice, Next};

/// What can come next. `all` says whether what changes nothing is unfolded, `as_target` as whose target one
/// walks.
pub(super) fn next(next: &Next, all: bool, as_target: Option<&str>) -> Markup {
    let taken: usize = next.calls.iter().map(|choice| choice.answers.len()).sum();
    markup! {
        p.faint {
            @if next.calls.is_empty() && next.left_out > 0 { "Nothing that changes anything fits the search." }
            @else if next.calls.is_empty() { "No call changes anything here." }
            @else { (counted(next.calls.len(), "thing")) " can change something, in " (counted(taken, "way")) "." }
            @if next.left_out > 0 { " The search leaves out " (counted(next.left_out, "call")) "." }
        }
        ol.choices #choices { @for choice in &next.calls { (self::choice(choice)) } }
        @if !next.idle.is_empty() {
            details.fold #idle data-key="idle" open[all] {
                summary {
                    (counted(next.idle.len(), "call")) " that change" @if next.idle.len() == 1 { "s" } " nothing here: "
                    (counted(next.reads, "read")) ", " (counted(next.refusals, "refusal"))
                    @if let Some(others @ 1..) = next.idle.len().checked_sub(next.reads + next.refusals) { ", " (others) " accepted all the same" }
                }
                @let mut told = BTreeSet::new();
                ul.idle { @for choice in &next.idle { (idle(choice, &mut told)) } }
            }
        }
        (folded("elsewhere", &next.elsewhere, &format!("that {} does not give here", as_target.unwrap_or_default())))
        (folded("against", &next.against, "that the sources speak against"))
        (folded("out", &next.out, "beyond the border of this scope"))
        @if !next.beyond.is_empty() {
            details.fold data-key="beyond" {
                summary { (counted(next.beyond.len(), "call")) " that would give a job's name to another job" }
                ul.idle { @for call in &next.beyond { li { (call) } } }
            }
        }
    }
}

/// Answers that cannot be taken, or that are not meant.
fn folded(key: &str, choices: &[Choice], what: &str) -> Markup {
    let answers: usize = choices.iter().map(|choice| choice.answers.len()).sum();
    markup! {
        @if answers > 0 {
            details.fold data-key=(key) {
                summary { (counted(answers, "answer")) " " (what) }
                @let mut told = BTreeSet::new();
                ul.idle { @for choice in choices { (idle(choice, &mut told)) } }
            }
        }
    }
}

fn choice(choice: &Choice) -> Markup {
    markup! {
        li.choice {
            h3 { (choice.call) }
            ul {
                @for answer in &choice.answers { (self::answer(choice, answer)) }
                @if let Some(unheard) = &choice.unheard {
                    li.unheard { a href=(unheard) { "do not hear the answer" } " " span.faint { "and keep all of these worlds possible" } }
                }
            }
        }
    }
}

fn answer(choice: &Choice, answer: &Answer) -> Markup {
    markup! {
        li.answer.(answer.admission) {
            div.line {
                @if let Some(link) = &answer.link {
                    a.take href=(link) id=(format!("take-{}", answer.id)) aria-keyshortcuts=[answer.key.map(|key| key.to_string())] {
                        @if let Some(key) = answer.key { kbd aria-hidden="true" { (key) } }
                        span { span.visually-hidden { (choice.call) ": " } (answer.reply) }
                    }
                } @else { span.take { (answer.reply) } }
                " " span.standing.(answer.admission) { (answer.standing) }
                @if let Some((some, all)) = answer.worlds { " " span.faint { "in " (some) " of " (all) " worlds" } }
            }
            p.changes { @if answer.changes.is_empty() { span.faint { "nothing changes" } } @else { (answer.changes.join("; ")) } }
            @if let Some(rule) = &answer.requirement { (requirement(rule)) }
            (marks(answer))
        }
    }
}

/// An answer that changes nothing, on a line of its own: what it is, and why. What a requirement says unfolds
/// where a list names it first, so that the page stays small.
fn idle(choice: &Choice, told: &mut BTreeSet<&'static str>) -> Markup {
    markup! {
        li {
            span.call { (choice.call) }
            @for answer in &choice.answers {
                div.reason {
                    span aria-hidden="true" { "→ " }
                    @if let Some(link) = &answer.link {
                        a href=(link) { span.visually-hidden { (choice.call) ": " } (answer.reply) }
                    } @else { (answer.reply) }
                    " " span.standing.(answer.admission) { (answer.standing) }
                    @if !answer.changes.is_empty() { " " span.faint { "(" (answer.changes.join("; ")) ")" } }
                    @if let Some(rule) = &answer.requirement {
                        @if told.insert(rule.id) {
                            (requirement(rule))
                            @if let Some(here) = &choice.here { " " span.faint { "here: " (here) } }
                        } @else { " " (requirement_link(rule.id)) }
                    }
                    (marks(answer))
                }
            }
        }
    }
}

fn marks(answer: &Answer) -> Markup {
    markup! {
        @if !answer.reached.is_empty() {
            ul.marks {
                @for (name, mark) in &answer.reached {
                    @let words = mark.words(name);
                    @if let crate::overlay::Mark::Departs { finding } = mark {
                        li.departs { a href=(finding_link(name, finding)) { (words) } }
                    } @else { li.(mark.id()) { (words) } }
                }
            }
        }
    }
}
