//! Who can be asked beside a trace.

use maud::{Markup, html as markup};

use crate::live::targets::{Offered, Target, Targets};
use crate::page::head::{Title, document};
use crate::page::parts::carried;
use crate::query::Query;

/// The list, with what is searched for.
pub(crate) fn targets(scope: &str, query: &Query, wanted: &str, targets: &dyn Targets) -> Markup {
    let link = |target: Option<&Target>| {
        let live = target.map(ToString::to_string);
        format!("/{scope}/walk?{}", Query { live, ..query.clone() })
    };
    let fits = |one: &&Offered| {
        let text = format!("{} {}", one.id, one.what).to_lowercase();
        wanted.to_lowercase().split_whitespace().all(|word| text.contains(word))
    };
    let list = |title: &str, offered: &[Offered], target: fn(String) -> Target| {
        markup! {
            h2 { (title) " " span.count { (offered.iter().filter(fits).count()) } }
            ul.two {
                @for one in offered.iter().filter(fits) {
                    li { a href=(link(Some(&target(one.id.clone())))) { (one.id) } ": " (one.what) }
                }
            }
        }
    };
    let main = markup! {
        h1 { "Live: to whom each step is sent" }
        p { "Each step of the trace is also sent, and the answer judged: whether it is that of the trace, \
            another that is admitted, or a departure." }
        ul {
            li { a href=(link(None)) { "nobody" } }
            li { a href=(link(Some(&Target::Reference))) { "the reference implementation" } ", a fresh one each time" }
            @if let Some(url) = targets.endpoint() {
                li { a href=(link(Some(&Target::Endpoint))) { (url) } ", when you say so" }
            } @else {
                li.faint { "an endpoint: start the explorer with " code { "--endpoint URL" } }
            }
        }
        form.search method="get" action=(format!("/{scope}/targets")) role="search" {
            (carried(&query.to_string(), &[]))
            label for="find" { "Search faults and freedoms" }
            input #find type="search" name="find" value=(wanted) autocomplete="off";
            button type="submit" { "Search" }
        }
        (list("The reference with a fault", targets.faults(), Target::Fault))
        (list("The reference with another answer to an open point", targets.freedoms(), Target::Freedom))
    };
    document(&Title::Plain("Live endpoints"), &main)
}
