//! No false alarm: what the documents leave open may be answered either way, and the answers combined at
//! will. So the witness is certified under answers drawn from seeds, and nothing may be found, at any basis.

use std::env;
use std::fmt::Write as _;

use signer_conformance::log::NoLog;
use signer_conformance::report::step_words;
use signer_conformance::{Finding, Program, Quiet, Root, RunOptions, Step, Verdict, certify, plan, replay};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_model::{
    Account, Call, Destination, Job, OwnerArg, Platform, PlatformArg, Profile, Request, Source, TAGS,
    TagValue, Validity,
};
use signer_reference::freedoms::Freedoms;
use signer_reference::{Config, FREEDOMS};
use signer_schemas::{Basis, Edition};

/// How many draws of each edition the short test makes, each with another part of the plan: together they run
/// it once.
const FEW: u32 = 8;

/// How many draws of each edition the long test makes by default, each with the whole plan.
const MANY: u64 = 200;

/// Answers to open points of which each is admitted, and which together break a requirement that is not
/// documented.
struct Broken {
    /// The open points, with these answers.
    answers: &'static [(&'static str, &'static str)],
    basis: Basis,
    /// The requirements that they break.
    requirements: &'static [&'static str],
}

const BROKEN: &[Broken] = &[
    // The documents admit it, and it was seen to be otherwise.
    Broken {
        answers: &[("ListProfilePermissions/none-documented", "empty")],
        basis: Basis::Observed,
        requirements: &["ListProfilePermissions/none", "ListProfilePermissions/after-last-removal"],
    },
    // Each list may leave a revoked profile out, but not all of them.
    Broken {
        answers: &[
            ("ListSigningProfiles/revoked-with-include-canceled", "not-listed"),
            ("ListSigningProfiles/include-canceled-with-statuses", "ValidationException"),
            ("ListSigningProfiles/statuses-without-include-canceled", "not-listed"),
        ],
        basis: Basis::Modelled,
        requirements: &["RevokeSigningProfile/viewable"],
    },
];

/// Whether that finding is what the drawn answers ask for.
fn is_due(freedoms: &Freedoms, finding: &Finding) -> bool {
    let answers = |(id, choice): &(&str, &str)| {
        let row = FREEDOMS.iter().find(|row| row.id == *id).expect("a freedom of that name");
        freedoms.choice(row.freedom) == *choice
    };
    BROKEN.iter().any(|broken| {
        broken.answers.iter().all(answers)
            && finding.basis == broken.basis
            && broken.requirements.contains(&finding.requirement.as_str())
    })
}

fn config(edition: Edition, seed: u64) -> Config {
    Config { edition, job_delay: JOB_DELAY, ..Config::default() }.with_freedom_seed(seed)
}

/// Certifies the witness with the answers drawn from `seed`, and tells what was found: nothing, if all is
/// well.
async fn alarms(edition: Edition, seed: u64, shard: Option<(u32, u32)>) -> String {
    let options = RunOptions {
        basis: Basis::Observed,
        seed,
        sequences: 100,
        shard,
        ..crate::kill_matrix::options(edition)
    };
    let config = config(edition, seed);
    let freedoms = config.freedoms.clone();
    let endpoint = InProcess::new(config);
    let run = certify(&endpoint, &options, &plan(&options), &Quiet, &mut NoLog).await.expect("a run");
    let mut told = String::new();
    for root in run.roots.iter().filter(|root| !is_due(&freedoms, &root.finding)) {
        let finding = &root.finding;
        let (by, basis) = (&finding.by, finding.basis.id());
        let _ = writeln!(told, "  {} ({basis}), noticed by {by} in {}", finding.requirement, root.case);
        let _ = writeln!(
            told,
            "    {}: {}, permitted: {:?}",
            finding.summary, finding.observed, finding.permitted
        );
        for step in &root.program.steps {
            let _ = writeln!(told, "      {}", step_words(step));
        }
        let _ = writeln!(
            told,
            "    --edition {edition} --freedom {}",
            answers_needed(edition, seed, &options, root).await
        );
    }
    for result in &run.results {
        match result.verdict {
            Verdict::Pass | Verdict::Skipped | Verdict::Fail => {}
            Verdict::Deviates | Verdict::Unimplemented | Verdict::Inconclusive | Verdict::Error => {
                let _ = writeln!(
                    told,
                    "  {} is {}: {:?}",
                    result.program.name,
                    result.verdict.id(),
                    result.reason
                );
            }
        }
    }
    if told.is_empty() { told } else { format!("freedom seed {seed} ({edition}):\n{told}") }
}

/// Which of the drawn answers it takes, so that the minimal program raises the alarm: the others are taken
/// back one by one.
async fn answers_needed(edition: Edition, seed: u64, options: &RunOptions, root: &Root) -> String {
    let mut config = config(edition, seed);
    for row in FREEDOMS {
        let fewer = config.clone().with_freedom(row.id, row.default_choice()).expect("a known choice");
        let again = replay(&InProcess::new(fewer.clone()), &root.program, options).await;
        if again.is_ok_and(|again| {
            again.result.findings.iter().any(|finding| finding.root() == root.finding.root())
        }) {
            config = fewer;
        }
    }
    let needed = FREEDOMS.iter().map(|row| (row, config.freedoms.choice(row.freedom)));
    let needed = needed.filter(|(row, choice)| *choice != row.default_choice());
    needed.map(|(row, choice)| format!("{}={choice}", row.id)).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_to_an_open_point_is_a_finding() {
    let mut told = String::new();
    for edition in Edition::ALL {
        let running: Vec<_> =
            (0..FEW).map(|draw| tokio::spawn(alarms(edition, u64::from(draw), Some((draw, FEW))))).collect();
        for task in running {
            told += &task.await.expect("no panic");
        }
    }
    assert!(told.is_empty(), "false alarms:\n{told}");
}

#[tokio::test]
async fn a_token_of_two_accounts_is_judged_as_one_job() {
    let at = |by| {
        let request = Request::StartSigningJob {
            job: Job(0),
            profile: Profile(0),
            owner: OwnerArg::Owner,
            source: Source::Present,
            destination: Destination::A,
        };
        Step::Call(Call { by, request })
    };
    let put = Request::PutSigningProfile {
        profile: Profile(0),
        platform: PlatformArg::Known(Platform::Lambda),
        validity: Validity::Default,
        material: false,
        parameters: false,
        tags: [TagValue::None; TAGS],
    };
    let (first, second) = (at(Account::Owner), at(Account::Other));
    let calls = [&first, &second].into_iter().flat_map(Step::calls).copied().collect();
    for (steps, made) in [
        (vec![Step::Call(put.by_owner()), first.clone(), second, first], vec![0, 1, 3]),
        (vec![Step::Call(put.by_owner()), Step::Together(calls)], vec![0, 1]),
    ] {
        let program = Program { name: "sequences/one-token".to_owned(), edition: Edition::Current, steps };
        let options = crate::kill_matrix::options(Edition::Current);
        let replay = replay(&InProcess::new(Config::default()), &program, &options).await.expect("a run");
        assert_eq!(replay.result.verdict, Verdict::Pass, "{:?}", replay.result.reason);
        assert_eq!(replay.exchanges.iter().map(|sent| sent.step).collect::<Vec<_>>(), made);
    }
}

#[tokio::test]
async fn a_platform_that_is_not_listed_is_exercised() {
    const POINT: &str = "PutSigningProfile/unlisted-platform";
    let steps = vec![Step::Scene("profiles/unlisted-platform".to_owned())];
    let program = Program { name: "profiles/unlisted-platform".to_owned(), edition: Edition::Current, steps };
    let row = FREEDOMS.iter().find(|row| row.id == POINT).expect("the freedom");
    for choice in row.choices {
        let config = Config::default().with_freedom(POINT, choice).expect("a known choice");
        let options = crate::kill_matrix::options(Edition::Current);
        let result = replay(&InProcess::new(config), &program, &options).await.expect("a run").result;
        let is_default = *choice == row.default_choice();
        let verdict = if is_default { Verdict::Skipped } else { Verdict::Pass };
        assert_eq!(
            (result.verdict, result.open_points.contains_key(POINT)),
            (verdict, !is_default),
            "{choice}"
        );
    }
}

/// `FREEDOM_DRAWS=A..B` makes these draws instead of the first two hundred.
#[tokio::test]
#[ignore = "two hundred certifications of each edition take long"]
async fn no_answer_to_an_open_point_is_a_finding_in_many_draws() {
    let draws = match env::var("FREEDOM_DRAWS") {
        Err(_) => 0..MANY,
        Ok(text) => {
            let bounds =
                text.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
            let (from, to) = bounds.unwrap_or_else(|| panic!("FREEDOM_DRAWS must be A..B, not {text:?}"));
            from..to
        }
    };
    let mut alarming = Vec::new();
    for seed in draws.clone() {
        for edition in Edition::ALL {
            let told = alarms(edition, seed, None).await;
            if !told.is_empty() {
                eprint!("{told}");
                alarming.push((edition, seed));
            }
        }
    }
    assert!(alarming.is_empty(), "false alarms in {alarming:?}");
}
