//! What is published about the AWS Signer API: operations, shapes, errors, platforms, requirements, open
//! points, and what the wire's protocol forbids.
//!
//! Facts and their look-up, no opinion: whatever decides whether a request or an answer is right is written
//! elsewhere, twice and by different means. The documents are data files beside this crate; they are compiled
//! in and parsed once.

mod document;
mod documents;
mod errors;
mod json_schema;
mod load;
mod lookup;
mod platforms;
mod protocol;
mod requirements;
mod vocabulary;

pub use document::{ErrorDoc, Location, Member, OperationDoc, Shape, Visit};
pub use documents::{DocumentFile, document_files, errors_file, operation_schema, shapes_file};
pub use errors::{common_errors, declared_errors, error_status};
pub use json_schema::{input_schema, output_schema};
pub use lookup::{operation, operations};
pub use platforms::{Platform, platform, platforms};
pub use protocol::{AskedElsewhere, Hole, ProtocolCase, protocol_cases, protocol_cases_elsewhere};
pub use requirements::exceptions::{Exception, exceptions};
pub use requirements::id::{NotAnId, RequirementId};
pub use requirements::{Basis, Requirement, requirement, requirements};
pub use vocabulary::{Edition, Operation, UnknownName};
