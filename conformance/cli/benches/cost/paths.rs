//! The hot paths whose instructions are counted. Each is prepared, and then does the same work as often as is
//! asked for within [`measured`], which callgrind counts by its name.

use std::error::Error;
use std::hint::black_box;

use signer_conformance::{RunOptions, plan};
use signer_model::{Call, Reply, State, Worlds, permits, scope};
use signer_schemas::Edition;

use crate::sample::Sample;
use crate::service::{Made, Service, runtime};

/// A profile that is there.
const KEPT: &str = "/signing-profiles/kept00";

/// A path: its name, and what counts it, given how often.
pub(crate) type Path = (&'static str, fn(u32) -> Result<(), Box<dyn Error>>);

/// All paths.
pub(crate) const PATHS: &[Path] = &[
    ("permits", permitted),
    ("observe", observed),
    ("judge", judged),
    ("get", |times| asked(times, |service, _| service.request("GET", KEPT, ""), false)),
    ("get-signed", |times| asked(times, |service, _| service.request("GET", KEPT, ""), true)),
    ("list", |times| asked(times, |service, _| service.request("GET", "/signing-profiles", ""), false)),
    ("put", |times| asked(times, |service, nth| service.put(&format!("made{nth}")), false)),
];

/// The only place whose instructions count. It is not inlined, so that callgrind finds it.
#[inline(never)]
fn measured(times: u32, work: &mut dyn FnMut()) {
    for _ in 0..times {
        work();
    }
}

/// Calls of the joint scope that succeed one after the other, with their replies and the states before them.
fn story() -> Result<Vec<(State, Call, Reply)>, Box<dyn Error>> {
    let joint = scope("joint").ok_or("there is no scope `joint`")?;
    let (mut state, mut story) = (joint.initial, Vec::new());
    for call in &joint.calls {
        let outcomes = permits(joint.edition, &state, call);
        let outcome = outcomes.first().ok_or("a call without an outcome")?;
        story.push((state, *call, outcome.reply));
        state = state.after(&outcome.change);
    }
    Ok(story)
}

/// What each call of the joint scope is permitted, in the state that all of them lead to.
fn permitted(times: u32) -> Result<(), Box<dyn Error>> {
    let story = story()?;
    let (state, ..) = *story.last().ok_or("a scope without calls")?;
    measured(times, &mut || {
        for (_, call, _) in &story {
            black_box(permits(Edition::Current, black_box(&state), black_box(call)));
        }
    });
    Ok(())
}

/// The same calls observed one after the other.
fn observed(times: u32) -> Result<(), Box<dyn Error>> {
    let story = story()?;
    let mut violations = 0;
    measured(times, &mut || {
        let mut worlds = Worlds::new(Edition::Current, State::new());
        for (_, call, reply) in &story {
            violations += usize::from(worlds.observe(call, reply).is_err());
        }
        black_box(worlds);
    });
    if violations == 0 { Ok(()) } else { Err("the model's own replies are no violations".into()) }
}

/// Cases of profiles and permissions, judged from what they were answered: encoded, checked, held to the
/// model.
fn judged(times: u32) -> Result<(), Box<dyn Error>> {
    let names = ["GetSigningProfile", "PutSigningProfile", "ListProfilePermissions", "TagResource"];
    let only = names.map(|name| format!("smoke/{name}")).to_vec();
    let suites = vec!["smoke".to_owned()];
    let options = RunOptions { suites, only, ..RunOptions::new(Edition::Current, "bench") };
    let runtime = runtime()?;
    let sample = runtime.block_on(Sample::record(&options, &plan(&options)))?;
    if sample.answers() == 0 {
        return Err("the plan has no case of these names any more".into());
    }
    let mut rounds: Vec<_> = (0..times).map(|_| sample.round()).collect();
    measured(times, &mut || {
        if let Some(round) = rounds.pop() {
            runtime.block_on(sample.judge_all(&round));
        }
    });
    Ok(())
}

/// Requests through the reference's service, without a socket. Each is made by its number.
fn asked(times: u32, make: fn(&Service, u32) -> Made, is_signed: bool) -> Result<(), Box<dyn Error>> {
    let service = Service::new(is_signed)?;
    service.make((0..30).map(|nth| format!("kept{nth:02}")))?;
    let mut made = (0..times).map(|nth| make(&service, nth)).collect::<Result<Vec<_>, _>>()?;
    let mut failed = None;
    measured(times, &mut || {
        let Some(request) = made.pop() else { return };
        if let Err(error) = service.answer(request) {
            failed = Some(error);
        }
    });
    failed.map_or(Ok(()), Err)
}
