//! A file that was opened: a counterexample, a program, a regression, or a case of the plan, as a trace, with
//! what the file knows beyond the model.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use base16ct::lower::encode_string;
use sha2::{Digest as _, Sha256};
use signer_conformance::report::{Counterexample, Regression, step_words};
use signer_conformance::{Answer, Exchange, Program, RunOptions, Step, plan};
use signer_model::{Call, Reply};
use signer_schemas::{Edition, Operation, RequirementId};

use crate::at_once::{AtOnce, at_once};
use crate::ids;
use crate::query::Query;
use crate::steps::{beginning, id_of, take};
use crate::subjects::{Subject, home};

/// A file as a trace.
#[derive(Debug)]
pub(crate) struct Opened {
    /// Its name in links: the beginning of its hash.
    pub(crate) id: String,
    /// What it is called.
    pub(crate) title: String,
    /// What it walks through.
    pub(crate) subject: &'static Subject,
    /// Its program.
    pub(crate) program: Program,
    /// A row for each step of the program.
    pub(crate) rows: Vec<Row>,
    /// The steps that the model has.
    pub(crate) steps: Vec<String>,
    /// Where its answers part from what is permitted, if they do.
    pub(crate) departure: Option<Departure>,
    /// What went over the wire.
    pub(crate) exchanges: Vec<Exchange>,
}

/// A step of the program.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The step in words.
    pub(crate) words: String,
    /// After how many steps of the trace it has been taken; none if it is no step of the model.
    pub(crate) at: Option<usize>,
    /// Why it is none.
    pub(crate) note: Option<String>,
    /// The step of the program, from 0. Calls made at once are a row together, and one each in the order that
    /// explains them.
    pub(crate) step: usize,
}

/// Where the answers part from what is permitted.
#[derive(Clone, Debug)]
pub(crate) struct Departure {
    /// The step of the program, from 0.
    pub(crate) step: usize,
    /// The finding's name in its report.
    pub(crate) finding: String,
    /// The operation whose answer departs.
    pub(crate) operation: Operation,
    /// The requirement that is departed from.
    pub(crate) requirement: RequirementId,
    /// The departure in one sentence.
    pub(crate) summary: String,
    /// What was permitted.
    pub(crate) permitted: Vec<String>,
    /// What came.
    pub(crate) observed: String,
}

impl Opened {
    /// Reads a counterexample, a regression or a program.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        if value.get("finding").is_none() {
            let Regression { program, .. } =
                Regression::parse(text).map_err(|error| format!("it cannot be opened: {error}"))?;
            return Self::of(text, program, &[], None, Vec::new());
        }
        let found: Counterexample = serde_json::from_value(value)
            .map_err(|error| format!("it looks like a counterexample, but: {error}"))?;
        let departure = Departure {
            step: found.step,
            finding: found.finding,
            operation: found.departure.operation,
            requirement: found.departure.requirement,
            summary: found.departure.summary,
            permitted: found.departure.permitted,
            observed: found.departure.observed,
        };
        Self::of(text, found.program, &found.answers, Some(departure), found.exchanges)
    }

    /// The case of the plan of that name.
    pub(crate) fn case(name: &str) -> Result<Self, String> {
        let edition =
            |edition| plan(&RunOptions::new(edition, "")).into_iter().find(|program| program.name == name);
        let program = Edition::ALL.into_iter().find_map(edition);
        let program = program.ok_or_else(|| format!("no case of the plan is called {name:?}"))?;
        Self::of(name, program, &[], None, Vec::new())
    }

    fn of(
        text: &str,
        program: Program,
        answers: &[Answer],
        departure: Option<Departure>,
        exchanges: Vec<Exchange>,
    ) -> Result<Self, String> {
        let calls: Vec<Call> = program.steps.iter().filter_map(call).collect();
        if calls.iter().any(|call| !call.request.is_in_range()) {
            return Err("a step names something that no state of the model has a place for".to_owned());
        }
        let named = program.name.split('/').nth(1);
        let subject = home(program.edition, named, &calls)
            .ok_or_else(|| format!("there is no edition {}", program.edition))?;
        let mut worlds = beginning(subject);
        let (mut rows, mut steps) = (Vec::new(), Vec::new());
        for (index, step) in program.steps.iter().enumerate() {
            let answer = answers.iter().rfind(|answer| answer.step == index && !answer.by_list);
            let reply = answer.and_then(|answer| answer.reply);
            let taken = ids_of(subject, &worlds, step, reply.as_ref())
                .iter()
                .find_map(|id| take(subject, &worlds, id));
            let at_once =
                at_once(subject, &worlds, step, answers.iter().filter(|answer| answer.step == index));
            let note = taken
                .is_none()
                .then(|| at_once.as_ref().map_or_else(|| note(step).to_owned(), AtOnce::words));
            if let Some(taken) = taken {
                worlds.clone_from(&taken.after);
                steps.push(taken.id);
            }
            rows.push(Row {
                words: step_words(step),
                at: note.is_none().then_some(steps.len()),
                note,
                step: index,
            });
            for taken in at_once.into_iter().flat_map(|at_once| at_once.order.unwrap_or_default()) {
                worlds.clone_from(&taken.after);
                let said = format!("among these: {}", taken.by.words());
                steps.push(taken.id);
                rows.push(Row { words: said, at: Some(steps.len()), note: None, step: index });
            }
        }
        let departure = departure.filter(|departure| departure.step < program.steps.len());
        let title = program.name.clone();
        Ok(Self { id: id(text), title, subject, program, rows, steps, departure, exchanges })
    }

    /// The row of a step of the program.
    pub(crate) fn row(&self, step: usize) -> Option<&Row> {
        self.rows.iter().find(|row| row.step == step)
    }

    /// The link's trace, at the step that departs.
    pub(crate) fn query(&self) -> Query {
        // Where what departs is no step of the model, the state before it is what there is to see.
        let at = self.departure.as_ref().map(|departure| {
            let until =
                self.rows.iter().take_while(|row| row.step < departure.step).filter_map(|row| row.at).last();
            self.row(departure.step).and_then(|row| row.at).unwrap_or(until.unwrap_or(0))
        });
        let query = Query { steps: self.steps.clone(), open: Some(self.id.clone()), ..Query::default() };
        match at {
            Some(at) => query.at(at),
            None => query,
        }
    }
}

const fn call(step: &Step) -> Option<Call> {
    match step {
        Step::Call(call) => Some(*call),
        Step::Settle(_) | Step::Probe(_) | Step::Together(_) | Step::Scene(_) => None,
    }
}

/// The ids that may stand for a step, the most telling first.
fn ids_of(
    subject: &Subject,
    worlds: &[signer_model::State],
    step: &Step,
    reply: Option<&Reply>,
) -> Vec<String> {
    match step {
        Step::Call(call) => {
            let known = reply.map(|reply| id_of(subject, worlds, call, Some(reply)));
            known.into_iter().chain([id_of(subject, worlds, call, None)]).collect()
        }
        Step::Settle(job) => {
            let ends = reply.and_then(|reply| match reply {
                Reply::Job(view) => Some(ids::ends(*job, view.status)),
                _ => None,
            });
            ends.into_iter().chain([ids::settles(*job)]).collect()
        }
        Step::Probe(_) | Step::Together(_) | Step::Scene(_) => Vec::new(),
    }
}

/// Why a step is none of the model's.
const fn note(step: &Step) -> &'static str {
    match step {
        Step::Call(_) => "the model has no word for what this call does here, so it is not followed",
        Step::Settle(_) => "there is no such job here that could end",
        Step::Probe(_) => {
            "a call with a changed member is beyond the model: it is refused, or answered as the unchanged \
             one"
        }
        Step::Together(_) => {
            "calls made at once; the file does not hold their answers, so the states after them are not \
             followed"
        }
        Step::Scene(_) => "a conversation written by hand has no symbols",
    }
}

fn id(text: &str) -> String {
    encode_string(&Sha256::digest(text)[..5])
}

/// How many files are kept.
const MOST_FILES: usize = 32;

/// The files that were opened since the program began. The newest push out the oldest.
#[derive(Debug, Default)]
pub(crate) struct Files(Mutex<VecDeque<Arc<Opened>>>);

impl Files {
    /// Keeps a file.
    pub(crate) fn keep(&self, opened: Opened) -> Arc<Opened> {
        let opened = Arc::new(opened);
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|known| known.id != opened.id);
        files.push_front(Arc::clone(&opened));
        files.truncate(MOST_FILES);
        opened
    }

    /// The file of that name.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Opened>> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.iter().find(|known| known.id == id).cloned()
    }
}
