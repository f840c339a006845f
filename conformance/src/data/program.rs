//! The symbolic program: the one artefact that generator, scenario, counterexample and replay share.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use signer_model::{Call, Job};
use signer_schemas::{Edition, RequirementId};

use crate::data::signature::Signature;

/// A sequence of calls in symbols, with a name that stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// Suite and name, for instance `tour/profiles/cancel-active`.
    pub name: String,
    /// The edition it speaks.
    pub edition: Edition,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

impl Program {
    /// The suite: what comes before the first `/` of the name.
    pub fn suite(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }
}

/// One step of a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// A call; the answer is judged by the model and by the checks.
    Call(Call),
    /// The job is described until its status is terminal; each answer is judged.
    Settle(Job),
    /// A call with one member changed, so that it just breaks, or just keeps, one constraint of the
    /// documents.
    Probe(Probe),
    /// Calls that are made at once. The answers must be those of some order, one after the other
    /// (linearizability).
    Together(Vec<Call>),
    /// A conversation written by hand, by its name: what takes more than symbols to say.
    Scene(String),
}

impl Step {
    /// The calls in symbols that the step makes.
    pub fn calls(&self) -> &[Call] {
        match self {
            Self::Call(call) => std::slice::from_ref(call),
            Self::Together(calls) => calls,
            Self::Probe(probe) => std::slice::from_ref(&probe.call),
            Self::Settle(_) | Self::Scene(_) => &[],
        }
    }
}

/// A valid call with one member of its input changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// The call; without the change it would be answered as the model says.
    pub call: Call,
    /// The constraint's requirement, for instance `PutSigningProfile/input/profileName/max-length`.
    pub requirement: RequirementId,
    /// The member, for instance `source.s3.bucketName`.
    pub member: String,
    /// What is done to it.
    pub change: Change,
    /// Whether the changed call still keeps the constraint. If so it is answered as the unchanged one; if not
    /// it is refused.
    pub valid: bool,
}

/// What is done to a member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// It is left out.
    Remove,
    /// It gets that value.
    Set(Value),
    /// Its text is cut, or padded with `a`, to so many characters.
    Length(u64),
    /// Its text gets that in front.
    Prefix(String),
    /// Its text gets that behind.
    Suffix(String),
    /// It becomes that text as it stands: JSON or not in a body, percent-encoded in a query. Without a member
    /// the text is the whole body, in which `@` stands for the members that would be sent.
    Raw(String),
    /// Not a member: the whole body becomes that text.
    Body(String),
    /// Not a member: the request is signed in that way.
    Signature(Signature),
}
