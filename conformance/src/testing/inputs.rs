//! Inputs of an operation as a strategy: valid ones by the shapes of its document, and ones that just break
//! one constraint.

use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Map, Value};
use signer_schemas::{Edition, Operation, OperationDoc, RequirementId, operation as document};

use crate::data::exchange::Request;
use crate::data::program::{Change, Probe, Step};
use crate::judge::runner::probe::change;
use crate::line::wire::encode;
use crate::plan::near_misses;
use crate::testing::shapes;

/// An input of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The operation.
    pub operation: Operation,
    /// The edition whose document describes it.
    pub edition: Edition,
    /// The members by name, wherever HTTP carries them: times are epoch seconds, blobs base64.
    pub members: Map<String, Value>,
    /// The requirement whose constraint is just broken; none if every constraint of the document is kept.
    pub breaks: Option<RequirementId>,
}

impl Input {
    /// The request over HTTP, unsigned yet; none in an edition that has no such operation.
    pub fn request(&self) -> Option<Request> {
        document(self.edition, self.operation).map(|document| encode(document, &self.members))
    }
}

/// Inputs of the operation, of which every other one breaks just one constraint. None for an operation that
/// the edition does not have.
pub fn inputs(edition: Edition, operation: Operation) -> Option<BoxedStrategy<Input>> {
    let document = document(edition, operation)?;
    let input = move |(members, breaks)| Input { operation, edition, members, breaks };
    let valid = shapes::members(&document.input, false).prop_map(|members| (members, None));
    let probes = probes(document);
    if probes.is_empty() {
        return Some(valid.prop_map(input).boxed());
    }
    // Of a member that is not given no constraint could be broken.
    let whole = shapes::members(&document.input, true);
    let broken = (whole, select(probes)).prop_map(|(mut members, probe)| {
        change(&mut members, &probe.member, &probe.change);
        (members, Some(probe.requirement))
    });
    Some(proptest::prop_oneof![valid, broken].prop_map(input).boxed())
}

/// The ways to break one constraint that are changes of a member's value.
fn probes(document: &OperationDoc) -> Vec<Probe> {
    let programs = near_misses::programs(document.edition).into_iter();
    let steps = programs.flat_map(|program| program.steps);
    let probes = steps.filter_map(|step| match step {
        Step::Probe(probe) => Some(probe),
        Step::Call(_) | Step::Settle(_) | Step::Together(_) | Step::Scene(_) => None,
    });
    let is_value = |change: &Change| match change {
        Change::Remove | Change::Set(_) | Change::Length(_) | Change::Prefix(_) | Change::Suffix(_) => true,
        Change::Raw(_) | Change::Body(_) | Change::Signature(_) => false,
    };
    probes
        .filter(|probe| {
            !probe.valid && probe.call.request.operation() == document.operation && is_value(&probe.change)
        })
        .collect()
}
