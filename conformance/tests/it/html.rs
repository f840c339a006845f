//! The page holds what the report holds, and nothing that a target says becomes markup.

use signer_conformance::report::{Scripts, html};
use signer_conformance::{OpenAnswer, Report, Run, Verdict, Why};
use signer_schemas::Operation;

use crate::runs::{case, documented, ended, exchange, options, run, unreached};

const ABSENT: &str = "CancelSigningProfile/absent";
const CANCEL: Operation = Operation::CancelSigningProfile;

/// What would do harm in text, in an attribute, in a script's source, in a comment.
const HOSTILE: &str = "</pre></script><script>alert(1)</script><img src=x onerror=alert(1)>\" \
    onload=\"alert(1)' -->]]>\u{202e}\u{1b}[2J";

fn page(run: &Run) -> String {
    let mut report = Report::new(run, &options(), None);
    report.target.replay.push_str(" --region eu-west-1");
    let scripts = |id: &str| {
        let row = report.findings.iter().find(|row| row.id == id)?;
        Some(Scripts::new(row, run.roots.first()?, &run.target))
    };
    html(&report, &scripts)
}

#[test]
fn text_of_a_target_stays_text_in_the_page() {
    let mut finding = documented(ABSENT, CANCEL, "model");
    let departure = &mut finding.departure;
    for text in [&mut departure.summary, &mut departure.observed, &mut departure.permitted[0]] {
        text.push_str(HOSTILE);
    }
    let mut results = vec![case("tour/a", vec![finding]), ended("tour/b", Verdict::Inconclusive, HOSTILE)];
    results[0].open_points.insert("RevokeSignature/in-progress".into(), [OpenAnswer::new(HOSTILE)].into());
    results[0].errors.insert(CANCEL, vec![HOSTILE.to_owned()]);
    let mut run = run(results);
    HOSTILE.clone_into(&mut run.target.endpoint);
    HOSTILE.clone_into(&mut run.target.name);
    run.tour.unreached = [
        Why::ServiceChose { answered: HOSTILE.to_owned() },
        Why::Parted { at: 0, because: HOSTILE.to_owned() },
        Why::NotRun { because: HOSTILE.to_owned() },
    ]
    .map(unreached)
    .to_vec();
    run.roots[0].exchanges = vec![exchange("PUT", HOSTILE, HOSTILE, HOSTILE)];
    let page = page(&run);
    assert!(page.matches("&lt;script&gt;alert(1)").count() >= 8, "each place shows the text");
    assert_eq!(page.matches("<script").count(), 1, "only the page's own script");
    assert_eq!(page.matches("</script").count(), 1);
    for wrong in ["<img", "\" onload", "\u{202e}", "\u{1b}"] {
        assert!(!page.contains(wrong), "{wrong:?} stands in the page as it came");
    }
    assert!(page.contains("\\u{202e}"), "what turns text around is made visible");
}

#[test]
fn the_page_loads_nothing_and_admits_its_own_scripts_alone() {
    let page = page(&run(vec![case("tour/a", Vec::new())]));
    assert!(
        page.contains("content=\"default-src 'none'; style-src 'sha256-"),
        "the policy admits nothing else"
    );
    assert!(!page.contains("unsafe"), "no source is admitted unseen");
    for wrong in [" src=", "@import", "url(http", "<link", "<iframe", " style=\"", " onclick"] {
        assert!(!page.contains(wrong), "the page has {wrong:?}");
    }
}

#[test]
fn the_page_shows_what_the_report_holds() {
    let mut run = run(vec![case("tour/a", vec![documented(ABSENT, CANCEL, "model")])]);
    run.results[0].open_points.insert("RevokeSignature/in-progress".into(), [OpenAnswer::new("done")].into());
    let page = page(&run);
    for expected in [
        "It does not conform.",
        "Finding F001 counts.",
        "http://127.0.0.1:5055",
        "id=\"F001\" open>",
        "API reference (both editions), CancelSigningProfile, Errors",
        "signer-conformance replay counterexamples/F001.json --endpoint http://127.0.0.1:5055 --region \
         eu-west-1",
        "No requests are known that show this alone",
        "Life cycle of a profile: 0 of 4 steps were taken",
        "the service chose another answer",
        " in 1 case, first in ",
    ] {
        assert!(page.contains(expected), "no {expected:?} in the page");
    }
    let rules = Report::new(&run, &options(), None).requirements.len();
    assert_eq!(page.matches("<li data-verdict=").count(), rules, "each testable requirement is a line");
    assert!(page.contains("<path class=\"arrow\""), "a step that was not taken is dashed");
}
