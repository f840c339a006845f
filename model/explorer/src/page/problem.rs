//! Pages that say something: what is wrong with a request, what a requirement says, which keys there are.

use maud::{Markup, html as markup};

use crate::goto;
use crate::ledger::Requirement;
use crate::page::head::{Title, document};
use crate::page::parts::sentence;
use crate::subjects::{Kind, subjects};

/// What is wrong, and the way out.
pub(crate) fn problem(title: &str, what: &str) -> Markup {
    let main = markup! {
        h1 { (title) }
        p.notice.bad role="alert" { (what) }
        p { a href="/" { "All scopes" } }
    };
    document(&Title::Plain(title), &main)
}

/// What a requirement says, and where it is at work.
pub(crate) fn requirement(rule: &Requirement) -> Markup {
    let at_work = |name: &str| goto_link(name, rule.id);
    let main = markup! {
        h1 { code { (rule.id) } }
        (sentence(rule))
        @if !rule.admits.is_empty() {
            h2 { "Admitted answers" }
            ul { @for answer in rule.admits { li { (answer) } } }
        }
        h2 { "Where it is at work" }
        p.faint { "The shortest way in each scope, if there is one; where the rules do not embody it, that \
            is said." }
        ul.two {
            @for subject in subjects().iter().filter(|subject| subject.kind == Kind::Scope && subject.name != "wide") {
                li { a href=(at_work(subject.name)) { (subject.name) } }
            }
        }
    };
    document(&Title::Plain(rule.id), &main)
}

fn goto_link(scope: &str, id: &str) -> String {
    let to = goto::requirement(id);
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("to", &to).finish();
    format!("/{scope}/goto?{query}")
}

const KEYS: [(&str, &str); 15] = [
    ("1 … 9", "take that answer"),
    ("j, k", "next, previous answer"),
    ("Enter", "take the answer that has the focus"),
    ("u, r", "undo, redo"),
    ("[, ]", "one step back, one step on in the trace"),
    ("Home, End", "the beginning and the end of the trace"),
    ("o", "other continuations"),
    ("/", "search; Escape leaves"),
    ("a", "unfold what changes nothing"),
    ("w, t, m, c", "Walk, Trace, Map, Check"),
    ("l", "ask the target now"),
    ("y", "copy the link"),
    ("?", "this list"),
    ("Tab", "everything, in the order of reading"),
    ("arrows", "move in a table or a list that has the focus"),
];

/// Which keys there are, and what the words mean.
pub(crate) fn help() -> Markup {
    let main = markup! {
        h1 { "Help" }
        section {
            h2 { "Keys" }
            p #keys-switch hidden { label { input #keys-on type="checkbox" checked; " single letters are keys" } }
            table.keys { thead { tr { th scope="col" { "Key" } th scope="col" { "Does" } } }
                tbody { @for (key, does) in KEYS { tr { th scope="row" { kbd { (key) } } td { (does) } } } } }
        }
        section {
            h2 { "Words" }
            dl.words {
                dt { "documented, inferred, modelled, observed" } dd { "what a requirement rests on: a \
                    sentence of the documentation, what follows from one, the machine-readable model of the \
                    API, an answer of the real service" }
                dt { "open" } dd { "no source says which of several answers comes; each may be taken" }
                dt { "against" } dd { "the documents alone would admit it, but an observation or the \
                    machine-readable model speaks against it; it cannot be taken" }
                dt { "worlds" } dd { "the states in which the service may be, where an answer was not heard \
                    or leaves it open" }
                dt { "admitted" } dd { "an answer that no source speaks against: required by one, or open" }
                dt { "departs" } dd { "an answer that is not admitted: a finding, which the judge names \
                    with the requirement that it breaks" }
                dt { "p0, j0" } dd { "the first profile and the first job of a trace; against a service \
                    each gets a name of its own" }
                dt { "beside" } dd { "the same steps are sent to a service, and its answers stand next to \
                    those of the trace" }
                dt { "freedom" } dd { "an answer to an open point that the reference implementation can be \
                    told to give" }
                dt { "case, transition" } dd { "a case is a sequence of calls of a certification; a \
                    transition is a call in a situation, with its answer" }
                dt { "scope" } dd { "a part of the API, with some calls, small enough that every state can \
                    be visited" }
            }
        }
    };
    document(&Title::Plain("Help"), &main)
}
