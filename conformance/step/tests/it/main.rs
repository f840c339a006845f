//! The reference's store beside the model: they agree at every step, and where a fault makes them differ, it
//! shows.

use signer_model::{Graph, Scope, mutants, scope, scopes};
use signer_reference::faults::Faults;
use signer_step::{EXPLAINED, Limits, Walked, walk};

/// The states that a test visits of a large scope; the command visits all.
const STATES: usize = 2000;

/// Enough for a fault to show.
const FEW: Limits = Limits { states: STATES, threads: 2 };

/// The scopes that are too large for a test that is not optimised.
const LARGE: &[&str] = &["permissions", "joint"];

/// How many edges no choice of the reference takes, by scope and by the requirement that admits them.
const UNTAKEN: &[(&str, &str, usize)] = &[
    ("profiles", "GetSigningProfile/canceled-readable", 174),
    ("profiles", "GetSigningProfile/own-owner", 696),
    ("profiles", "GetSigningProfile/revoked-readable", 348),
    ("profiles", "GetSigningProfile/view", 174),
    ("profiles", "ListSigningPlatforms/partner-filter", 1682),
    ("profiles", "ListSigningPlatforms/target-filter", 841),
    ("jobs", "StartSigningJob/missing-source", 420),
    ("joint", "StartSigningJob/missing-source", 413),
    ("jobs-2019", "StartSigningJob/missing-source", 20),
];

fn stepped(scope: &Scope, fault: Option<&str>, limits: Limits) -> Walked {
    let mut faults = Faults::default();
    if let Some(id) = fault {
        faults.insert(id).expect("the table of faults has it");
    }
    walk(scope, faults, limits, &mut |_| {}).expect("the store begins where the scope does")
}

#[test]
fn model_and_reference_agree_on_every_edge_and_each_edge_is_taken_or_explained() {
    let mut untaken = Vec::new();
    for scope in scopes() {
        let large = LARGE.contains(&scope.name);
        let states = if large { STATES } else { usize::MAX };
        let walked = stepped(&scope, None, Limits { states, threads: 2 });
        assert!(walked.disagreement.is_none(), "{}: {:#?}", scope.name, walked.disagreement);
        assert_eq!(walked.complete, !large, "{}: strike it off the list of the large ones", scope.name);
        for (requirement, left) in &walked.untaken {
            let (state, by) = &left.example;
            assert!(
                EXPLAINED.iter().any(|(id, _)| id == requirement),
                "{}: the reference never takes {by} [{requirement}] where\n{state}\n\
                 Give a freedom the choice, or the reason why there is none.",
                scope.name
            );
            untaken.push((scope.name, *requirement, left.edges));
        }
        if walked.complete {
            let graph = Graph::build(&scope);
            let shape = (walked.states, walked.edges);
            assert_eq!(
                shape,
                (graph.states.len(), graph.edges.len()),
                "{}: not the model's graph",
                scope.name
            );
        }
    }
    assert_eq!(untaken, UNTAKEN);
    let idle: Vec<_> =
        EXPLAINED.iter().filter(|(id, _)| !UNTAKEN.iter().any(|(_, known, _)| known == id)).collect();
    assert!(idle.is_empty(), "explained, but taken by now: {idle:?}");
}

#[test]
fn a_walk_is_the_same_on_any_number_of_threads() {
    for (name, fault) in
        [("revocation", None), ("tags", None), ("jobs", Some("job-flips-back")), ("joint", None)]
    {
        let scope = scope(name).expect("there is such a scope");
        let on = |threads| format!("{:?}", stepped(&scope, fault, Limits { states: 300, threads }));
        let one = on(1);
        assert_eq!(one, on(2), "{name}");
        assert_eq!(one, on(5), "{name}");
    }
}

#[test]
fn a_fault_in_the_store_parts_it_from_the_model_at_the_shortest_sequence() {
    let expected = [
        ("token-ignored", "jobs", 3, "answers with a second job for the token of j0"),
        ("token-ignored", "jobs-2019", 3, "answers with a second job for the token of j0"),
        ("token-bound-to-parameters", "jobs", 3, "answers with a second job for the token of j0"),
        ("permission-ignored", "cross-account", 3, "AccessDeniedException"),
        ("canceled-signs", "jobs", 3, "j0"),
        ("put-replaces", "profiles", 2, "created"),
        ("version-reused", "profiles", 2, "gives a new profile a version that is known"),
        ("cancel-has-no-effect", "tags", 2, "done"),
        ("stale-revision-wins", "permissions", 3, "new revisionId"),
        ("remove-keeps-statement", "permissions", 3, "new revisionId"),
        ("untag-removes-all", "tags", 2, "done"),
        ("page-loses-item", "jobs", 4, "listed: j0"),
        ("token-never-ends", "profiles", 2, "gives pages without end"),
        ("job-revocation-unreported", "revocation", 4, "revoked: none"),
        ("effective-time-moves-later", "revocation", 3, "done"),
        ("revoke-unknown-job", "jobs", 1, "done"),
        ("job-flips-back", "jobs", 3, "Succeeded with p2 by the owner, and something in the store changes"),
    ];
    for (fault, name, steps, observed) in expected {
        let scope = scope(name).expect("there is such a scope");
        let found = stepped(&scope, Some(fault), FEW).disagreement;
        let found = found.map(|found| (found.program.steps.len(), found.observed));
        assert_eq!(found, Some((steps, observed.to_owned())), "{fault} in {name}");
    }
}

#[test]
fn a_wrong_rule_of_the_model_parts_it_from_the_store() {
    let upsert =
        mutants().into_iter().find(|mutant| mutant.name == "upsert").expect("there is such a mutant");
    let found = stepped(&upsert.scope, None, FEW).disagreement.expect("the store does not replace a profile");
    assert_eq!((found.program.steps.len(), found.observed.as_str()), (2, "ValidationException"));
}
