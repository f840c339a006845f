//! Every file and every text that is made from a run, and the comparison of reports.

use proc_macro2::{TokenStream, TokenTree};
use proptest::prelude::{ProptestConfig, proptest};
use serde_json::Value;
use signer_conformance::report::compare::{Comparison, Handed};
use signer_conformance::report::{files, text};
use signer_conformance::{Exchange, OpenAnswer, Report, Run, Verdict, Why};
use signer_schemas::Operation;

use super::{ATTACKS, gives_no_order, hostile, is_visible};
use crate::runs::{case, documented, ended, exchange, options, run, unreached};

const CANCEL: Operation = Operation::CancelSigningProfile;
const POINT: &str = "RevokeSignature/in-progress";

/// Exchanges that say this wherever a target can have a say, in ways that the clients of each script can
/// send.
pub(super) fn exchanges(text: &str, other: &str) -> Vec<Exchange> {
    let json = |text: &str| Value::from(text).to_string();
    let body = format!(r#"{{"platformId":{},"tags":{{{}:{}}}}}"#, json(text), json(other), json(text));
    let answer = format!(r#"{{"jobId":"0123456789abcdef","arn":{},"message":{}}}"#, json(text), json(other));
    let mut sent = vec![
        exchange("PUT", "/signing-profiles/c7abcd_p0", &body, &answer),
        exchange("GET", "/signing-jobs/0123456789abcdef", "", &answer),
        exchange("PUT", &format!("/signing-profiles/{text}"), other, text),
        exchange(
            "POST",
            "/signing-jobs",
            &format!(r#"{{"profileName":{},"clientRequestToken":{}}}"#, json(text), json(other)),
            text,
        ),
    ];
    for sent in &mut sent {
        sent.request.headers.push(("x-said".to_owned(), text.to_owned()));
        if let Ok(answer) = &mut sent.outcome {
            answer.headers.push((other.to_owned(), text.to_owned()));
        }
    }
    sent
}

/// A run of a target that says this wherever it can.
fn said(text: &str, other: &str) -> Run {
    let mut finding = documented("CancelSigningProfile/absent", CANCEL, "model");
    let departure = &mut finding.departure;
    for place in [&mut departure.summary, &mut departure.observed, &mut departure.permitted[0]] {
        text.clone_into(place);
    }
    let mut results = vec![
        case("tour/a", vec![finding]),
        ended("tour/b", Verdict::Inconclusive, text),
        ended("tour/c", Verdict::Error, other),
        ended("tour/d", Verdict::Skipped, text),
    ];
    results[0].open_points.insert(POINT.into(), [OpenAnswer::new("200")].into());
    results[0].errors.insert(CANCEL, vec![text.to_owned()]);
    let mut run = run(results);
    for place in
        [&mut run.target.endpoint, &mut run.target.name, &mut run.target.host, &mut run.target.owner_account]
    {
        text.clone_into(place);
    }
    other.clone_into(&mut run.target.other_account);
    run.tour.unreached = [
        Why::OpenPoint { point: POINT.into(), answered: text.to_owned() },
        Why::ServiceChose { answered: text.to_owned() },
        Why::Parted { at: 0, because: text.to_owned() },
        Why::NotRun { because: other.to_owned() },
    ]
    .map(unreached)
    .to_vec();
    run.roots[0].exchanges = exchanges(text, other);
    run
}

/// It parses as Rust, and what was said stands in literals alone; as a part of a format it names nothing.
fn is_rust(program: &str) {
    let tokens: TokenStream = program.parse().unwrap_or_else(|error| panic!("{error}:\n{program}"));
    let mut waiting: Vec<TokenTree> = tokens.into_iter().collect();
    let mut formats = 0;
    while let Some(token) = waiting.pop() {
        match token {
            TokenTree::Ident(name) => assert_ne!(name.to_string(), "canary", "{program}"),
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for window in inner.windows(3) {
                    if let [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(format)] = window
                        && name == "format"
                    {
                        let literal = format.stream().to_string().replace("{{", "").replace("}}", "");
                        assert!(!literal.contains("{canary"), "{literal}");
                        formats += 1;
                    }
                }
                waiting.extend(inner);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    assert!(formats > 0, "the names of the run are bound\n{program}");
}

/// Each element and each attribute can be read.
fn is_xml(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}:\n{text}")) {
            quick_xml::events::Event::Eof => return,
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                assert!(tag.attributes().all(|attribute| attribute.is_ok()), "{text}");
            }
            _ => {}
        }
    }
}

/// Rows of a table have its number of cells, and beside code there is no markup but ours.
fn is_markdown(text: &str) {
    let mut cells = 0;
    for line in text.lines() {
        let count = line.matches('|').count();
        if line.starts_with('|') {
            assert!(cells == 0 || count == cells, "{line}\n{text}");
            cells = count;
        } else {
            assert_eq!(count, 0, "{line}");
            cells = 0;
        }
        for (index, piece) in line.split('`').enumerate() {
            let markup = ["<", "[", "]", "&", "@", "*", "://", "www.", "$", "\\"]
                .iter()
                .find(|markup| piece.contains(**markup));
            assert!(index % 2 == 1 || markup.is_none(), "{piece:?} in {line}");
        }
        assert_eq!(line.matches('`').count() % 2, 0, "{line}");
    }
}

fn handed(name: &str, report: Report) -> Handed {
    Handed { name: Some(name.to_owned()), folder: "out".to_owned(), report }
}

#[test]
fn no_report_is_read_in_which_a_requirement_has_a_name_that_does_harm() {
    let report = Report::new(&said("text", "other"), &options(), None);
    let whole = serde_json::to_value(&report).expect("it is JSON");
    assert_eq!(serde_json::from_value::<Report>(whole.clone()).expect("it is a report"), report);
    for attack in ATTACKS {
        for place in ["/requirements/0/id", "/open_points/0/id", "/findings/0/requirement"] {
            let mut altered = whole.clone();
            *altered.pointer_mut(place).expect("it is there") = attack.into();
            let refused = serde_json::from_value::<Report>(altered).expect_err(attack).to_string();
            assert!(refused.contains("is not the id of a requirement"), "{place}: {refused}");
            is_visible(place, &refused);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_file_of_a_report_says_what_a_target_says_as_it_came(said_once in hostile(), said_else in hostile()) {
        let run = said(&said_once, &said_else);
        let mut report = Report::new(&run, &options(), None);
        said_once.clone_into(&mut report.open_points[0].observed);
        let files = files(&report, &run, None);
        assert_eq!(files.len(), 8, "the page, JUnit, Markdown, lines for a ledger, the program and its \
            three scripts");
        for (path, text) in &files {
            let name = path.display().to_string();
            is_visible(&name, text);
            match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
                "json" => assert!(serde_json::from_str::<Value>(text).is_ok(), "{name}:\n{text}"),
                "rs" => is_rust(text),
                "toml" => assert!(text.parse::<toml::Table>().is_ok(), "{name}:\n{text}"),
                "md" => { gives_no_order(&name, text); is_markdown(text) }
                "xml" => { gives_no_order(&name, text); is_xml(text) }
                "html" => {
                    assert_eq!(text.matches("<script").count(), 1);
                    assert!(!text.contains("<img"));
                }
                ending => assert_eq!(ending, "sh"),
            }
        }
        is_visible("report.json", &report.to_json());
        assert_eq!(serde_json::from_str::<Report>(&report.to_json()).expect("it is a report"), report);

        let text = text(&report, "out");
        gives_no_order("the text", &text.to_string());
        let ours = text.coloured().split("\u{1b}[").skip(1).all(|rest| rest.split_once('m').is_some_and(|(code, _)| {
            ["0", "1", "2", "32", "33", "1;31"].contains(&code)
        }));
        assert!(ours, "{text}");
        is_visible("the coloured text", &text.coloured().replace('\u{1b}', ""));
    }

    #[test]
    fn no_comparison_says_what_a_report_says_as_it_came(said_once in hostile(), said_else in hostile()) {
        let mut report = Report::new(&said(&said_once, &said_else), &options(), None);
        said_once.clone_into(&mut report.open_points[0].observed);
        let plain = Report::new(&run(vec![case("tour/a", Vec::new())]), &options(), None);
        let compared = Comparison::new(&[handed(&said_else, report), handed("right", plain)]);
        gives_no_order("text", &signer_conformance::report::Toned::from(&compared.text()).to_string());
        gives_no_order("Markdown", &compared.markdown());
        is_markdown(&compared.markdown());
        is_visible("HTML", &compared.html());
        is_visible("JSON", &compared.json());
        assert!(serde_json::from_str::<Value>(&compared.json()).is_ok());
    }
}
