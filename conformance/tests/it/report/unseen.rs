//! What was answered, and of which no answer could tell whether it is kept.

use signer_conformance::Verdict;
use signer_schemas::Operation;

use super::{report, shown};
use crate::runs::{case, documented, run};

#[test]
fn an_effect_that_was_acknowledged_and_never_seen_does_not_pass() {
    let mut run = run(vec![case("tour/a", Vec::new())]);
    run.results[0].exercised.insert("CancelSigningProfile/cancels".into(), 5);
    run.results[0].exercised.insert("TagResource/tags".into(), 4);
    run.results[0].seen.insert("TagResource/tags".into(), 1);
    let report = report(&run);
    let row = |id: &str| report.requirements.iter().find(|row| row.id == id).expect("it is in the report");
    let (unseen, seen, other) =
        (row("CancelSigningProfile/cancels"), row("TagResource/tags"), row("common/status-200"));
    assert_eq!((unseen.verdict, unseen.exercised, unseen.seen), (Verdict::Inconclusive, 5, 0));
    assert_eq!((seen.verdict, seen.exercised, seen.seen), (Verdict::Pass, 4, 1));
    assert_eq!(
        (other.verdict, other.seen),
        (Verdict::Pass, other.exercised),
        "of other rules each answer shows it"
    );
    let out = shown(&report);
    assert!(
        out.contains("Requirements of which no answer could tell")
            && out.contains("(1): CancelSigningProfile/cancels\n"),
        "{out}"
    );
    assert_eq!(report.coverage.requirements.exercised, 4);
}

#[test]
fn a_filter_that_is_ignored_is_none_of_which_no_answer_could_tell() {
    const FILTER: &str = "ListSigningJobs/status-filter";
    let mut run = run(vec![case("tour/a", vec![documented(FILTER, Operation::ListSigningJobs, "model")])]);
    for filter in [FILTER, "ListSigningJobs/platform-filter"] {
        run.results[0].exercised.insert(filter.into(), 4);
    }
    let report = report(&run);
    let unseen: Vec<&str> =
        report.requirements.iter().filter(|row| row.is_unseen()).map(|row| row.id.as_str()).collect();
    assert_eq!(unseen, ["ListSigningJobs/platform-filter"]);
    assert_eq!(report.themes[0].says, "ListSigningJobs ignores 1 of 1 filter", "the other one is unknown");
}
