//! A conversation under way.
//!
//! Nothing that a case finds may rest on what others did beside it. So a case that departs after others have
//! asked something of the same situation is run again by itself, and only that counts; and where it may have
//! changed something that it should not, the cases after it begin anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::sync::mpsc;

use crate::data::case::StepExchange;
use crate::data::names::Tag;
use crate::data::program::Program;
use crate::run::conversations::{Conversation, Member};
use crate::run::outcome::Outcome;
use crate::run::subject::Subject;

/// Where outcomes go, with the places of their cases in the plan.
pub(super) type Outcomes = mpsc::UnboundedSender<(usize, Outcome)>;

/// What was said so far, under the same names, that later cases need not say again.
struct Spoken {
    tag: Tag,
    /// What was run, and its exchanges.
    said: Vec<(Program, Vec<StepExchange>)>,
    /// How many steps make the situation as it is now.
    trunk: usize,
}

/// Runs the cases of a conversation.
pub(super) async fn converse(
    subject: Arc<Subject>,
    conversation: Conversation,
    programs: Arc<Vec<Program>>,
    outcomes: Outcomes,
) {
    let mut spoken: Option<Spoken> = None;
    let mut members = conversation.members.as_slice();
    while let Some(first) = members.first() {
        let alike = |member: &&Member| first.waits && member.waits && member.trunk == first.trunk;
        let mut together = members.iter().take_while(alike).count().max(1);
        if together > 1 && first.trunk > 0 && !prepare(&subject, &programs, *first, &mut spoken).await {
            together = 1;
        }
        let (now, later) = members.split_at(together);
        members = later;
        let came = ask(&subject, &programs, now, spoken.as_ref()).await;
        for (member, outcome) in now.iter().zip(came) {
            let outcome = settle(&subject, &programs[member.index], *member, outcome, &mut spoken).await;
            // Without a run that takes them there is nothing more to tell.
            let _ = outcomes.send((member.index, outcome));
        }
    }
}

/// Makes the situation of a case, so that several can ask about it at once; whether it is there.
async fn prepare(
    subject: &Subject,
    programs: &[Program],
    member: Member,
    spoken: &mut Option<Spoken>,
) -> bool {
    let program = &programs[member.index];
    let steps = program.steps[..member.trunk].to_vec();
    let trunk = Program { steps, ..program.clone() };
    let tag = spoken.as_ref().map_or_else(|| Tag::situation(member.index), |spoken| spoken.tag.clone());
    let outcome = Outcome::of(subject, &trunk, tag, given(spoken.as_ref(), &trunk)).await;
    let is_there = outcome.is_whole && !outcome.departs();
    if is_there {
        remember(spoken, &trunk, member, &outcome);
    } else {
        *spoken = None;
    }
    is_there
}

/// Runs a case; or several that wait for lists, so that they do so at the same time.
async fn ask(
    subject: &Subject,
    programs: &[Program],
    members: &[Member],
    spoken: Option<&Spoken>,
) -> Vec<Outcome> {
    let sharing = &subject.sharing;
    let left = AtomicUsize::new(members.len());
    sharing.begin(members.len() - 1);
    let asking = members.iter().map(|member| {
        let left = &left;
        async move {
            let program = &programs[member.index];
            let tag = spoken.map_or_else(|| Tag::planned(members[0].index), |spoken| spoken.tag.clone());
            let outcome = Outcome::of(subject, program, tag, given(spoken, program)).await;
            // The last one is the conversation itself, which goes on.
            if left.fetch_sub(1, Ordering::SeqCst) > 1 {
                sharing.signal_end();
            }
            outcome
        }
    });
    join_all(asking).await
}

/// The outcome that counts for a case, and what may be said to those after it.
async fn settle(
    subject: &Subject,
    program: &Program,
    member: Member,
    outcome: Outcome,
    spoken: &mut Option<Spoken>,
) -> Outcome {
    if !outcome.departs() {
        remember(spoken, program, member, &outcome);
        return outcome;
    }
    let rests_on_others = spoken.is_some() && outcome.exchanges.len() > outcome.given;
    if rests_on_others {
        // Whether it has made the situation of those after it is not known, unless that was there before.
        let was_there = spoken.as_ref().is_some_and(|spoken| spoken.trunk == member.trunk);
        if outcome.spoils() || !was_there {
            *spoken = None;
        }
        return Outcome::alone(subject, program, Tag::alone(member.index)).await;
    }
    if outcome.spoils() && outcome.departs_at().is_none_or(|step| step >= member.trunk) {
        *spoken = None;
    } else {
        // Those that begin in the same way depart there as well.
        remember(spoken, program, member, &outcome);
    }
    outcome
}

fn remember(spoken: &mut Option<Spoken>, program: &Program, member: Member, outcome: &Outcome) {
    let spoken =
        spoken.get_or_insert_with(|| Spoken { tag: outcome.tag.clone(), said: Vec::new(), trunk: 0 });
    spoken.trunk = spoken.trunk.max(member.trunk);
    spoken.said.push((program.clone(), outcome.exchanges.clone()));
}

/// The exchanges of the steps with which another case has begun as this one does, of that with the most such
/// steps.
fn given(spoken: Option<&Spoken>, program: &Program) -> Vec<StepExchange> {
    let alike = |other: &Program| {
        other.steps.iter().zip(&program.steps).take_while(|(one, other)| one == other).count()
    };
    let said = spoken.into_iter().flat_map(|spoken| &spoken.said);
    let Some((steps, exchanges)) =
        said.map(|(other, exchanges)| (alike(other), exchanges)).max_by_key(|(steps, _)| *steps)
    else {
        return Vec::new();
    };
    exchanges.iter().filter(|sent| sent.step < steps).cloned().collect()
}
