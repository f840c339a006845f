//! The page of Check.

use maud::{Markup, html as markup};

use crate::page::head::{Title, document};
use crate::page::parts::{grouped, progress, requirement_link};
use crate::view::check::{Check, Found, Property};

/// The page.
pub(crate) fn check(check: &Check, token: &str) -> Markup {
    let running = check.progress.is_some_and(|progress| !progress.ended);
    let scope = check.frame.scope;
    let button = |action: &str, words: &str| {
        markup! {
            form.inline method="post" action=(format!("/{scope}/check{action}")) {
                input type="hidden" name="token" value=(token);
                button type="submit" { (words) }
            }
        }
    };
    let main = markup! {
        h1 { "Check of " (scope) }
        @if let Some(why) = check.cannot { p { (why) } }
        @else if running {
            @if let Some(progress) = check.progress { (self::progress("Searching", progress)) }
            (button("/stop", "Stop"))
            p.faint #watched data-events=(format!("/{scope}/check/events")) {
                "The page follows the search, and shows what it finds." noscript { " " a href=(format!("/{scope}/check")) { "See how far it is" } }
            }
        } @else if check.found.is_none() {
            @if let Some(progress) = check.progress { (self::progress("The check", progress)) }
            @else { p { "Every state of this scope can be visited, which takes some seconds." } }
            (button("", "Start the check"))
        }
        @if let Some(found) = &check.found { (self::found(found)) }
    };
    document(&Title::View("Check", &check.frame), &main)
}

fn found(found: &Found) -> Markup {
    let failing = found.properties.iter().filter(|property| !property.holds).count();
    markup! {
        p.verdict.(if failing == 0 { "conforms" } else { "nonconforming" }) {
            span.mark aria-hidden="true" { (if failing == 0 { "✓" } else { "✕" }) }
            strong {
                @if failing == 0 { "All " (found.properties.len()) " properties hold." }
                @else { (failing) " of " (found.properties.len()) " properties fail." }
            }
            " " (grouped(found.unique)) " states, " (grouped(usize::try_from(found.generated).unwrap_or(usize::MAX)))
            " steps, the farthest state is " (found.depth) " steps away; it took " (format!("{:.1} s", found.seconds)) "."
        }
        section #properties {
            h2 { "Properties" }
            ul.checked { @for property in &found.properties { (self::property(property)) } }
        }
        section #open {
            h2 { "Left open " span.count { (found.open.len()) } }
            p.faint { "Where more than one answer is admitted: no source settles it, or an observation \
                speaks against all but one." }
            ul.checked {
                @for open in &found.open {
                    li {
                        p { (open.call) ": " (open.answers.join(" or ")) }
                        p {
                            span.standing.(if open.unsettled { "open" } else { "required" }) { @if open.unsettled { "open" } @else { "observed" } } " "
                            @for id in &open.requirements { (requirement_link(id)) " " }
                            span.faint { "in " (grouped(usize::try_from(open.states).unwrap_or(usize::MAX))) (if open.states == 1 { " state" } else { " states" }) } " "
                            a href=(open.link) { "see it" span.visually-hidden { ": " (open.call) } }
                        }
                    }
                }
            }
        }
        section #requirements {
            h2 { "Requirements at work " span.count { (found.requirements.len()) } }
            details.fold data-key="requirements" {
                summary { "All of them, each with a shortest way to see it" }
                ul.checked {
                    @for one in &found.requirements {
                        li { (requirement_link(one.requirement)) " " span.standing { (one.basis) } " " (one.shown) " " a href=(one.link) { "see it" span.visually-hidden { ": " (one.requirement) } } }
                    }
                }
            }
        }
    }
}

fn property(property: &Property) -> Markup {
    let (what, see) =
        if property.holds { ("holds", "see an example") } else { ("FAILS", "see the counterexample") };
    markup! {
        li.broken[!property.holds] {
            p {
                span.mark aria-hidden="true" { (if property.holds { "✓" } else { "✕" }) } " "
                strong { (what) } " " span.faint { (property.kind) } " " (property.name) " " (requirement_link(property.requirement)) " "
                @if let Some(link) = &property.link { a href=(link) { (see) span.visually-hidden { ": " (property.name) } } }
            }
            @if !property.holds && !property.steps.is_empty() {
                ol { @for step in &property.steps { li { (step) } } }
                @if !property.lasso.is_empty() { p { "and then for ever: " (property.lasso.join("; ")) } }
            }
            @if !property.holds && property.steps.is_empty() { p.faint { "No state of the scope shows it." } }
        }
    }
}
