//! A finding says at which step it departs, from which state, and how certain it is.

use signer_conformance::report::{html, junit, ledger_lines, markdown, text};
use signer_conformance::{Answer, Program, Report, Run, Step, Trials};
use signer_model::{Call, Job, OwnerArg, Profile, Reply, Request as Ask, Source};
use signer_schemas::Operation;

use crate::runs::{case, documented, options, program, run};

const STATUS: &str = "common/status-200";
const PUT: Operation = Operation::PutSigningProfile;
const CANCEL: Operation = Operation::CancelSigningProfile;

fn report(run: &Run) -> Report {
    Report::new(run, &options(), None)
}

fn shown(report: &Report) -> String {
    text(report, "out").to_string()
}

fn one_finding() -> Run {
    run(vec![case("tour/a", vec![documented("CancelSigningProfile/absent", CANCEL, "model")])])
}

fn answer(step: usize, call: Call, reply: Reply) -> Answer {
    Answer { step, call, reply: Some(reply), by_list: false }
}

#[test]
fn a_requirement_of_all_operations_is_a_finding_for_each() {
    let found = |operation| documented(STATUS, operation, "status");
    let run = run(vec![case("tour/a", vec![found(PUT), found(CANCEL)]), case("tour/b", vec![found(CANCEL)])]);
    let report = report(&run);
    let [row] = report.findings.as_slice() else { panic!("one finding: {:#?}", report.findings) };
    assert_eq!((row.operations.as_slice(), row.cases), ([CANCEL, PUT].as_slice(), 2));
    assert_eq!(report.operations[&PUT].failed + report.operations[&CANCEL].failed, 3);
    assert!(report.cases.iter().all(|case| case.findings == ["F001"]));
    let out = shown(&report);
    assert!(out.contains("F001 common/status-200 at CancelSigningProfile, PutSigningProfile\n"), "{out}");
    let lines = ledger_lines(&report).expect("lines are offered");
    assert_eq!(lines.matches("[[deviation]]").count(), 2, "a ledger names each operation\n{lines}");
}

#[test]
fn a_finding_that_does_not_always_show_is_told_with_its_share() {
    let mut run = one_finding();
    run.roots[0].reproduced = Trials::new(1, 3);
    let report = report(&run);
    assert!(report.findings[0].flaky);
    for out in [shown(&report), markdown(&report), junit(&report)] {
        assert!(out.contains("(flaky)"), "{out}");
    }
    run.roots[0].reproduced = Trials::new(3, 3);
    let sure = Report::new(&run, &options(), None);
    assert!(!sure.findings[0].flaky);
    assert!(shown(&sure).contains("; again 3/3\n"));
}

#[test]
fn only_a_finding_that_showed_in_some_trials_is_flaky() {
    let mut run = one_finding();
    run.roots[0].reproduced = Trials::new(0, 3);
    let gone = report(&run);
    for out in [shown(&gone), markdown(&gone), html(&gone, &|_| None)] {
        assert!(
            out.contains("not found again") && !out.contains("flaky)") && !out.contains(">flaky<"),
            "{out}"
        );
    }
    assert!(!gone.findings[0].counts && !junit(&gone).contains("<failure"), "{}", junit(&gone));
    run.roots[0].reproduced = Trials::new(0, 0);
    let untried = report(&run);
    assert_eq!(untried.findings[0].doubt(), None);
    assert!(shown(&untried).contains("; not tried again\n"));
}

#[test]
fn the_state_before_the_step_holds_what_its_call_names() {
    let mut run = one_finding();
    let root = &mut run.roots[0];
    let Step::Call(put) = root.program.steps[0] else { panic!("the program begins with a call") };
    let Ask::PutSigningProfile { platform, validity, material, parameters, tags, .. } = put.request else {
        panic!("it puts")
    };
    let other =
        Ask::PutSigningProfile { profile: Profile(1), platform, validity, material, parameters, tags }
            .by_owner();
    root.program.steps.insert(0, Step::Call(other));
    root.finding.step = 2;
    root.answers = vec![answer(0, other, Reply::Created), answer(1, put, Reply::Created)];
    let row = &report(&run).findings[0];
    assert_eq!(row.before, ["p0: Active", "p0: on Lambda"]);
    assert_eq!((row.step, row.alternatives.len()), (2, 0));
    let out = shown(&report(&run));
    assert!(out.contains("     before 3  p0: Active\n"), "{out}");
}

#[test]
fn what_no_answer_has_told_apart_is_told_as_uncertain() {
    let mut run = one_finding();
    let root = &mut run.roots[0];
    let Step::Call(put) = root.program.steps[0] else { panic!("the program begins with a call") };
    let job = Job(0);
    let start = Ask::StartSigningJob {
        job,
        profile: Profile(0),
        owner: OwnerArg::Omitted,
        source: Source::Unverified,
        destination: signer_model::Destination::A,
    }
    .by_owner();
    let revoke = Ask::RevokeSignature { job, owner: OwnerArg::Omitted }.by_owner();
    let describe = Ask::DescribeSigningJob { job }.by_owner();
    root.program =
        Program { steps: [put, start, revoke, describe].map(Step::Call).to_vec(), ..program("tour/a") };
    root.finding.step = 3;
    root.answers = vec![
        answer(0, put, Reply::Created),
        answer(1, start, Reply::Started(job)),
        answer(2, revoke, Reply::Done),
    ];
    let row = report(&run).findings[0].clone();
    assert!(
        row.before.iter().any(|line| line.starts_with("p0: ")),
        "the job's profile is there: {:?}",
        row.before
    );
    assert!(row.before.iter().any(|line| line.starts_with("j0: ")), "{:?}", row.before);
    for lines in &row.alternatives {
        assert!(lines.iter().all(|line| !row.before.contains(line)), "what is certain is said once");
    }
}
