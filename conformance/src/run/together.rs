//! A conversation under way.
//!
//! Nothing that a case finds may rest on what others did beside it. So a case that departs after others have
//! asked something of the same situation is run again by itself, and only that counts; and where it may have
//! changed something that it should not, the cases after it begin anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::sync::mpsc;

use crate::data::case::{CaseResult, StepExchange};
use crate::data::finding::Verdict;
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

impl Spoken {
    /// Nothing yet, under these names.
    const fn new(tag: Tag) -> Self {
        Self { tag, said: Vec::new(), trunk: 0 }
    }
}

/// Runs the cases of a conversation.
pub(super) async fn converse(
    subject: Arc<Subject>,
    conversation: Conversation,
    programs: Arc<Vec<Program>>,
    outcomes: Outcomes,
) {
    let mut spoken: Option<Spoken> = None;
    // Without a run that takes them there is nothing more to tell.
    let tell = |member: Member, outcome| drop(outcomes.send((member.index, outcome)));
    let several_wait = conversation.members.iter().filter(|member| member.waits).count() > 1;
    let mut ready = Vec::new();
    for alike in conversation.members.chunk_by(|one, other| read_alike(&programs, *one, *other)) {
        if let [member] = *alike
            && !(member.waits && several_wait)
        {
            let program = &programs[member.index];
            let tag = spoken.as_ref().map_or_else(|| Tag::planned(member.index), |spoken| spoken.tag.clone());
            let outcome = Outcome::of(&subject, program, tag, given(spoken.as_ref(), program)).await;
            let is_beside = spoken.is_some();
            tell(member, settle(&subject, program, member, outcome, is_beside, &mut spoken).await);
            continue;
        }
        let mut begun = Vec::new();
        for member in alike {
            match begin(&subject, &programs[member.index], *member, &mut spoken).await {
                Ok(ready) => begun.push(ready),
                Err(departs) => tell(*member, alone(&subject, &programs, *member, *departs).await),
            }
        }
        let mut shown: Option<(Tag, Vec<StepExchange>)> = None;
        for (member, tag, mut given) in begun {
            let program = up_to(&programs[member.index], member.until);
            given.extend(shown.iter().filter(|(of, _)| *of == tag).flat_map(|(_, shown)| shown.clone()));
            let outcome = Outcome::of(&subject, &program, tag.clone(), given).await;
            if shown.is_none() && !outcome.departs() {
                let came = outcome.exchanges.iter().filter(|sent| sent.step >= member.reads_after);
                shown = Some((tag.clone(), came.cloned().collect()));
            }
            if !member.waits {
                tell(member, settle(&subject, &program, member, outcome, true, &mut spoken).await);
            } else if outcome.departs() {
                tell(member, alone(&subject, &programs, member, outcome).await);
            } else {
                ready.push((member, tag, outcome.exchanges));
            }
        }
    }
    for (member, outcome) in wait(&subject, &programs, ready).await {
        let program = &programs[member.index];
        tell(member, settle(&subject, program, member, outcome, true, &mut spoken).await);
    }
}

/// Whether both read the same in the same situation.
fn read_alike(programs: &[Program], one: Member, other: Member) -> bool {
    let reads = |member: Member| member.reads(&programs[member.index]);
    (one.trunk, one.waits) == (other.trunk, other.waits) && reads(one) == reads(other)
}

/// So many steps of a program.
fn up_to(program: &Program, steps: usize) -> Program {
    Program { steps: program.steps[..steps].to_vec(), ..program.clone() }
}

/// Runs a case by itself whose beginning departs, unless the mistake is ours.
async fn alone(subject: &Subject, programs: &[Program], member: Member, departs: Outcome) -> Outcome {
    let program = &programs[member.index];
    if departs.result.verdict == Verdict::Error {
        let result = CaseResult { program: program.clone(), ..departs.result };
        return Outcome { result, ..departs };
    }
    Outcome::alone(subject, program, Tag::alone(member.index)).await
}

/// Does what a case does before it reads, so that several can read at the same time; what came of it, if
/// something departs there.
async fn begin(
    subject: &Subject,
    program: &Program,
    member: Member,
    spoken: &mut Option<Spoken>,
) -> Result<Ready, Box<Outcome>> {
    let beginning = up_to(program, member.reads_after);
    let tag = spoken.get_or_insert_with(|| Spoken::new(Tag::situation(member.index))).tag.clone();
    if beginning.steps.is_empty() {
        return Ok((member, tag, Vec::new()));
    }
    let outcome = Outcome::of(subject, &beginning, tag.clone(), given(spoken.as_ref(), &beginning)).await;
    if outcome.departs() || !outcome.is_whole {
        let was_there = spoken.as_ref().is_some_and(|spoken| spoken.trunk == member.trunk);
        if outcome.spoils() || !was_there {
            *spoken = None;
        }
        return Err(Box::new(outcome));
    }
    remember(spoken, &beginning, member, &outcome);
    Ok((member, tag, outcome.exchanges))
}

/// A case that is about to read, or to wait for a list; its names, and what it has said so far.
type Ready = (Member, Tag, Vec<StepExchange>);

/// Runs several cases that wait for lists, so that they do so at the same time.
async fn wait(subject: &Subject, programs: &[Program], ready: Vec<Ready>) -> Vec<(Member, Outcome)> {
    let sharing = &subject.sharing;
    let left = &AtomicUsize::new(ready.len());
    sharing.begin(ready.len().saturating_sub(1));
    let waiting = ready.into_iter().map(|(member, tag, given)| async move {
        let outcome = Outcome::of(subject, &programs[member.index], tag, given).await;
        // The last one is the conversation itself, which goes on.
        if left.fetch_sub(1, Ordering::SeqCst) > 1 {
            sharing.signal_end();
        }
        (member, outcome)
    });
    join_all(waiting).await
}

/// The outcome that counts for a case, which may have been run beside others, and what may be said to those
/// after it.
async fn settle(
    subject: &Subject,
    program: &Program,
    member: Member,
    outcome: Outcome,
    is_beside: bool,
    spoken: &mut Option<Spoken>,
) -> Outcome {
    if !outcome.departs() {
        remember(spoken, program, member, &outcome);
        return outcome;
    }
    // What departs in the situation itself, which was at hand, departs in each case that has it.
    let is_own = outcome.exchanges.len() > outcome.given
        || outcome.departs_at().is_some_and(|step| step >= member.trunk);
    let rests_on_others = is_beside && is_own;
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
    let spoken = spoken.get_or_insert_with(|| Spoken::new(outcome.tag.clone()));
    if spoken.tag == outcome.tag {
        spoken.trunk = spoken.trunk.max(member.trunk);
        spoken.said.push((program.clone(), outcome.exchanges.clone()));
    }
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
