//! What stands around every page.

use maud::{DOCTYPE, Markup, html as markup};

use crate::page::parts::grouped;
use crate::position::Stale;
use crate::subjects::{Kind, subjects};
use crate::view::frame::Frame;

/// What a page is called.
pub(crate) enum Title<'a> {
    /// A view of a subject.
    View(&'a str, &'a Frame),
    /// Anything else.
    Plain(&'a str),
}

/// A whole page.
pub(crate) fn document(title: &Title<'_>, main: &Markup) -> Markup {
    let (name, frame) = match title {
        Title::View(view, frame) => {
            (format!("{view}: {}, {} · Signer explorer", frame.scope, frame.edition), Some(frame))
        }
        Title::Plain(name) => (format!("{name} · Signer explorer"), None),
    };
    markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (name) }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/style.css";
                script src="/assets/explorer.js" defer {}
            }
            body.explorer {
                a.skip href="#main" { "To the page" }
                header.bar {
                    a.home href="/" { "Signer explorer" }
                    @if let Some(frame) = frame { (bar(frame)) }
                    button #copy type="button" hidden aria-keyshortcuts="y" { "Copy link" }
                    a.help href="/help" { "Help" span aria-hidden="true" { " ?" } }
                }
                main #main tabindex="-1" {
                    @if let Some(frame) = frame { (notices(frame)) }
                    (main)
                }
                p #said .visually-hidden role="status" aria-live="polite" {}
            }
        }
    }
}

fn bar(frame: &Frame) -> Markup {
    markup! {
        details.scopes {
            summary { @if frame.is_edition { "Edition " } @else { "Scope " } strong { (frame.scope) } }
            div {
                ul {
                    @for subject in subjects() {
                        @if subject.kind == Kind::Scope { li { a href=(format!("/{}/walk", subject.name)) { (subject.name) } } }
                    }
                }
                p { a href="/#wrong" { "Wrong definitions" } }
            }
        }
        p.facts-line {
            (frame.edition)
            @if let Some(states) = frame.states { " · " (grouped(states)) " states" }
            @if let Some((holding, all)) = frame.properties { " · " (holding) " of " (all) " properties hold" }
        }
        nav aria-label="Views" {
            @for (title, link, is_here) in &frame.views {
                a href=(link) aria-current=[is_here.then_some("page")] data-view=(title.to_lowercase()) { (title) }
            }
        }
    }
}

fn notices(frame: &Frame) -> Markup {
    markup! {
        @if let Some(what) = frame.wrong {
            p.notice.bad { strong { "A wrong definition, on purpose: " } (what) "."
                @if !frame.views.iter().any(|(title, _, is_here)| *is_here && *title == "Check") {
                    " " a href=(format!("/{}/check", frame.scope)) { "What fails for it" }
                }
            }
        }
        @if let Some(stale) = &frame.stale { (self::stale(stale)) }
        @if let Some((id, title)) = &frame.opened {
            p.notice {
                @if let Some(title) = title { "Opened: " strong { (title) } }
                @else { "The file " code { (id) } " is not open in this explorer any more, so only its \
                    steps are shown. " a href="/#open" { "Open it again" } }
            }
        }
        @for (name, caution) in &frame.reports {
            @if let Some(caution) = caution { p.notice { "The report " strong { (name) } ": " (caution) "." } }
        }
    }
}

fn stale(stale: &Stale) -> Markup {
    markup! {
        div.notice.doubt role="alert" {
            p {
                @if let Some(other) = &stale.made_with {
                    "This link was made with another model (" code { (other) } "; this one is " code { (stale.model) } "). "
                }
                @if let (Some(after), Some(missing)) = (stale.after, &stale.missing) {
                    @if after == 0 { "Its first step" } @else { "After " (after) " of its " (stale.of) " steps, the next one" }
                    " (" code { (missing.chars().take(12).collect::<String>()) } ") is not there. What is \
                     possible instead is shown."
                } @else {
                    "All of its " (stale.of) " steps are there."
                }
            }
        }
    }
}
