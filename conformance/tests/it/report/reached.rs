//! What a run has reached: declared errors, the life cycle's transitions, and how often it saw what.

use signer_conformance::{Answer, Report, Run, Step, Why};
use signer_model::{OwnerArg, Profile, ProfileStatus, ProfileView, Reply, Request as Ask, Validity};
use signer_schemas::Edition;

use super::{CANCEL, PUT, report, shown};
use crate::runs::{case, run, unreached};

#[test]
fn coverage_counts_each_declared_error_once() {
    let mut seen = case("tour/a", Vec::new());
    let errors = vec![
        "ResourceNotFoundException".to_owned(),
        "ResourceNotFoundException".to_owned(),
        "Undeclared".to_owned(),
    ];
    seen.errors = [(CANCEL, errors)].into();
    let coverage = report(&run(vec![seen.clone(), seen])).coverage;
    let declared: usize =
        signer_schemas::operations(Edition::Current).iter().map(|document| document.errors.len()).sum();
    assert_eq!((coverage.errors.reached, coverage.errors.total as usize), (1, declared));
    assert_eq!(coverage.errors_missed.len(), declared - 1);
    assert_eq!((coverage.tour.reached, coverage.tour.total), (2, 3));
}

/// Put, Cancel, and what `GetSigningProfile` then shows, if it is asked.
fn canceled(shown: Option<ProfileStatus>) -> Report {
    let mut result = case("tour/a", Vec::new());
    let Step::Call(put) = result.program.steps[0] else { panic!("the program begins with a call") };
    let Step::Call(cancel) = result.program.steps[1] else { panic!("the program goes on with a call") };
    let get = Ask::GetSigningProfile { profile: Profile(0), owner: OwnerArg::Omitted }.by_owner();
    let view = |status| {
        let platform = Some(signer_model::Platform::Lambda);
        Reply::Profile(ProfileView {
            status,
            platform,
            validity: Some(Validity::Default),
            tags: Default::default(),
            effective: None,
        })
    };
    let told = [(put, Reply::Created), (cancel, Reply::Done)]
        .into_iter()
        .chain(shown.map(|status| (get, view(status))));
    result.answers = told
        .enumerate()
        .map(|(step, (call, reply))| Answer { step, call, reply: Some(reply), by_list: false })
        .collect();
    report(&run(vec![result]))
}

/// In how many cases a profile went from the one status to the other.
fn passed(report: &Report, from: &str, to: &str) -> u32 {
    report.life_cycles[0]
        .edges
        .iter()
        .filter(|edge| edge.from == from && edge.to == to)
        .map(|edge| edge.cases)
        .sum()
}

#[test]
fn a_passage_that_no_answer_shows_is_drawn_as_not_taken() {
    assert_eq!(passed(&canceled(None), "Active", "Canceled"), 0);
    assert_eq!(passed(&canceled(Some(ProfileStatus::Active)), "Active", "Canceled"), 0);
    let shown = canceled(Some(ProfileStatus::Canceled));
    assert_eq!(passed(&shown, "Active", "Canceled"), 1);
    assert_eq!(passed(&shown, "[*]", "Active"), 0, "what the next call moved on was never shown");
}

#[test]
fn the_life_cycle_shows_what_the_tour_has_not_reached() {
    let mut run = run(vec![case("tour/a", Vec::new())]);
    let shares = |run: &Run| {
        let profile = report(run).life_cycles.swap_remove(0);
        profile.edges.iter().map(|edge| edge.tour).chain(profile.tour).collect::<Vec<_>>()
    };
    run.tour.unreached.clear();
    let whole = shares(&run);
    assert!(whole.iter().all(|share| share.reached == share.total));
    assert!(whole.iter().map(|share| share.total).sum::<u32>() > 1000);
    run.tour.unreached.push(unreached(Why::ServiceChose { answered: "Succeeded".to_owned() }));
    let missed = shares(&run).iter().map(|share| share.total - share.reached).sum::<u32>();
    assert_eq!(missed, 1, "the transition is known by its name");
}

#[test]
fn the_distribution_counts_only_what_was_seen() {
    let mut run = run(vec![case("tour/a", Vec::new()), case("tour/b", Vec::new())]);
    run.results[0].errors = [(CANCEL, vec!["ValidationException".to_owned()])].into();
    run.results[1].errors = [(PUT, vec!["ValidationException".to_owned()])].into();
    let seen = report(&run).distribution;
    assert_eq!(seen.calls[&PUT], 2);
    assert_eq!(seen.errors, [("ValidationException".to_owned(), 2)].into());
    assert_eq!(seen.profile_statuses["Revoked"], 2);
    assert_eq!(seen.job_statuses.values().sum::<u64>(), 4);
    assert!(shown(&report(&run)).contains("cases with errors: 2 ValidationException\n"));
}
