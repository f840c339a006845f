//! The seams: where a lie can be placed, and how it looks there.

use std::fmt;

use axum::http::Response;
use serde_json::Value;
use signer_schemas::{Operation, OperationDoc};

use crate::config::Config;
use crate::error::{Outcome, Refusal};
use crate::faults::call::Turn;
use crate::faults::errand::{Errand, Stage};
use crate::http::arrived::Arrived;
use crate::http::decode::Wire;
use crate::http::field::Input;
use crate::http::sigv4::Check;
use crate::identity::Caller;
use crate::signing::plan::Plan;
use crate::signing::signer::Signer;
use crate::signing::unsigned::Unsigned;
use crate::store::command::Command;
use crate::store::job::Job;
use crate::store::jobs::DueJob;

/// How a mistake is made.
#[derive(Clone, Copy)]
pub(crate) enum Lie {
    /// Something that is not looked at when a request is let in.
    Overlooked(Overlooked),
    /// Who calls, once that is known.
    Caller(fn(&Config, &mut Caller)),
    /// The document that an operation is read, checked and answered by.
    Document(fn(&mut OperationDoc)),
    /// The text of a body, if another one is read in its place.
    Body(fn(&str) -> Option<String>),
    /// The members of a request before they have types.
    Wire(fn(&Asked<'_>, &mut Wire)),
    /// Whether they are read at all.
    Unread(fn(&Asked<'_>, &mut Wire) -> Outcome<()>),
    /// What is checked, in place of what was sent; or what is said to be wrong with it.
    Validation(fn(&OperationDoc, &mut Input) -> Option<String>),
    /// The members of a request after they were checked.
    Input(Operation, fn(&mut Input)),
    /// A text in a request, or each text of a map: the operation, the way to it, and what becomes of it.
    Text(Operation, &'static [&'static str], fn(&str) -> String),
    /// What the store decides.
    Store(Turn),
    /// What is left unchecked, by the id of the fault that does so, by a command that is decided on what was
    /// there before.
    Race(fn(&Command) -> bool, &'static str),
    /// What is signed and written.
    Signing(fn(&Signed<'_>, &mut Plan<'_>) -> Result<(), Unsigned>),
    /// A job when it is handed out to be worked on.
    Due(fn(&mut DueJob)),
    /// The work on a job, after one of its stages.
    Work(Stage, fn(&mut Errand<'_>)),
    /// What a response shows: in these places, each time.
    Shown(Places, fn(&mut Value)),
    /// What is refused by the API itself, and why.
    Refused(fn(&Arrived, &mut Refusal)),
    /// The response as it is sent.
    Answer(fn(&Told<'_>, &mut Response<String>)),
}

/// What can be overlooked when a request is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overlooked {
    /// That it is not signed.
    NoSignature,
    /// That its access key is unknown.
    Key,
    /// One of the checks of its signature.
    Check(Check),
    /// That it is signed twice.
    Twice,
    /// Whether the signature is right.
    Signature,
    /// Whether the body is the one that was signed.
    Body,
    /// That no policy permits the caller anything.
    Denial,
}

/// What a request is, before its members have types.
pub(crate) struct Asked<'a> {
    pub(crate) document: &'a OperationDoc,
    pub(crate) arrived: &'a Arrived,
}

/// What is signed.
pub(crate) struct Signed<'a> {
    pub(crate) signer: &'a Signer,
    pub(crate) job: &'a Job,
    pub(crate) source: &'a [u8],
}

/// What a response is about.
pub(crate) struct Told<'a> {
    pub(crate) operation: Option<Operation>,
    pub(crate) refusal: Option<&'a Refusal>,
}

/// Places in responses: the response itself, or each entry of one of its lists.
pub(crate) type Places = &'static [(Operation, &'static str)];

impl fmt::Debug for Lie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Lie")
    }
}
