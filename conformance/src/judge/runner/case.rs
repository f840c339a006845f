//! One running case: its conversation with the target, the oracle that judges what comes, and the sheet on
//! which the case writes it down.

use std::fmt;
use std::time::Duration;

use signer_model::{Call, ErrorName, Reply};
use signer_schemas::Operation;

use crate::data::body::Json;
use crate::data::detector::Detector;
use crate::data::exchange::Response;
use crate::data::finding::{Complaint, Verdict};
use crate::data::program::Program;
use crate::judge::runner::Runner;
use crate::judge::runner::conversation::Conversation;
use crate::judge::runner::oracle::Oracle;
use crate::judge::runner::shared::{Ended, Walk};
use crate::judge::runner::sheet::{Place, Sheet};

pub(crate) struct Case<'a> {
    pub(super) runner: &'a Runner<'a>,
    pub(super) program: &'a Program,
    pub(super) conversation: Conversation<'a>,
    pub(super) oracle: Oracle,
    pub(super) sheet: Sheet,
    /// The last answer's body, if it was JSON.
    pub(super) last: Option<Json>,
    /// What the scene is about.
    pub(super) subject: Option<Operation>,
    /// Walks over lists that the case has waited for.
    pub(super) foreseen: Vec<Walk>,
    /// How long the scene has waited for jobs.
    pub(super) waited: Duration,
    /// How long the case has waited for others.
    pub(super) parked: Duration,
}

impl<'a> Case<'a> {
    pub(super) fn new(runner: &'a Runner<'a>, program: &'a Program, tag: &str) -> Self {
        Self {
            runner,
            program,
            conversation: Conversation::new(runner.endpoint),
            oracle: Oracle::new(program.edition, runner.context, tag),
            sheet: Sheet::new(program),
            last: None,
            subject: None,
            foreseen: Vec::new(),
            waited: Duration::ZERO,
            parked: Duration::ZERO,
        }
    }

    /// Takes the steps in turn, until one ends the case; whether it came to the last one.
    pub(super) async fn play(&mut self) -> bool {
        for (index, step) in self.program.steps.iter().enumerate() {
            self.conversation.step = index;
            if self.take(step).await.is_break() {
                return false;
            }
        }
        true
    }

    /// What the case gave; `is_whole` says whether it came to its last step.
    pub(super) fn finish(self, is_whole: bool) -> Ended {
        let Conversation { exchanges, size, asked, is_cut, .. } = self.conversation;
        let mut result = self.sheet.conclude(is_cut);
        result.exchanges = asked;
        Ended { result, exchanges, size, parked: self.parked, is_whole }
    }

    /// The case ends here, with this verdict.
    pub(super) fn end(&mut self, verdict: Verdict, reason: impl Into<String>) {
        self.sheet.end(verdict, reason);
    }

    /// The call as this target can take it.
    pub(super) fn adapt(&self, call: &Call) -> Call {
        self.runner.adapt(call)
    }

    /// The requirement was put to the test.
    pub(crate) fn exercise(&mut self, requirement: &str) {
        self.sheet.exercise(requirement);
    }

    /// An answer came that would have been another one without the effect, or the filter, of which the
    /// requirement speaks.
    pub(crate) fn see(&mut self, requirement: &str) {
        self.sheet.see(requirement);
    }

    /// The last answer departs from what the complaint names.
    pub(super) fn complain(&mut self, operation: Operation, by: Detector, complaint: Complaint) {
        let place = self.place();
        self.sheet.complain(place, operation, by, complaint);
    }

    /// The step, and the answer that came last.
    pub(super) fn place(&self) -> Place {
        Place { step: self.conversation.step, exchange: self.conversation.last_index() }
    }
}

/// An error answer in symbols.
pub(super) fn refusal(response: &Response) -> Reply {
    Reply::Refused(match response.error_type().as_deref() {
        // The edition of 2019 spells it in two ways.
        Some("InternalServerErrorException") => ErrorName::InternalServiceError,
        Some(name) => ErrorName::from_id(name),
        None => ErrorName::Other,
    })
}

/// So many characters of a body are told.
const LONGEST_BODY: usize = 200;

/// An answer in the target's words: status, error type, the beginning of the body.
pub(super) struct InWords<'a> {
    response: &'a Response,
    /// How many pages there are, of which it is the first.
    pages: usize,
}

impl<'a> InWords<'a> {
    pub(super) const fn of(response: &'a Response) -> Self {
        Self { response, pages: 1 }
    }

    /// The first of so many pages.
    pub(super) const fn of_pages(response: &'a Response, pages: usize) -> Self {
        Self { response, pages }
    }
}

impl fmt::Display for InWords<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { response, pages } = self;
        if *pages > 1 {
            write!(formatter, "{pages} pages, the first ")?;
        }
        let whole = String::from_utf8_lossy(&response.body);
        let mut body: String = whole.chars().take(LONGEST_BODY).collect();
        if body.len() < whole.len() {
            body.push('…');
        }
        match response.error_type().filter(|_| !response.is_success()) {
            Some(error) => write!(formatter, "{} {error}: {}", response.status, body.trim()),
            None => write!(formatter, "{} {}", response.status, body.trim()),
        }
    }
}
