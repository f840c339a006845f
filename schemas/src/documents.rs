//! The list of the documents that are compiled in. A new document needs a line here; a test compares with the
//! folders.

use crate::vocabulary::{Edition, Operation};

/// One operation document as it lies in its folder.
#[derive(Clone, Copy, Debug)]
pub struct DocumentFile {
    /// The edition whose folder it is in.
    pub edition: Edition,
    /// The operation that its name says.
    pub operation: Operation,
    /// The path below `schemas/`.
    pub path: &'static str,
    /// The text, JSON.
    pub text: &'static str,
}

/// Every operation document, by edition and operation.
pub fn document_files() -> &'static [DocumentFile] {
    &DOCUMENTS
}

/// The text of the edition's `shapes.json`.
pub fn shapes_file(edition: Edition) -> &'static str {
    match edition {
        Edition::Current => include_str!("../current/shapes.json"),
        Edition::May2019 => include_str!("../2019-05-22/shapes.json"),
    }
}

/// The text of the edition's `errors.json`.
pub fn errors_file(edition: Edition) -> &'static str {
    match edition {
        Edition::Current => include_str!("../current/errors.json"),
        Edition::May2019 => include_str!("../2019-05-22/errors.json"),
    }
}

/// The text of the JSON Schema of the documents themselves.
pub fn operation_schema() -> &'static str {
    include_str!("../operation.schema.json")
}

const fn current(operation: Operation, path: &'static str, text: &'static str) -> DocumentFile {
    DocumentFile { edition: Edition::Current, operation, path, text }
}

const fn may_2019(operation: Operation, path: &'static str, text: &'static str) -> DocumentFile {
    DocumentFile { edition: Edition::May2019, operation, path, text }
}

static DOCUMENTS: [DocumentFile; 28] = [
    current(
        Operation::AddProfilePermission,
        "current/operations/AddProfilePermission.json",
        include_str!("../current/operations/AddProfilePermission.json"),
    ),
    current(
        Operation::CancelSigningProfile,
        "current/operations/CancelSigningProfile.json",
        include_str!("../current/operations/CancelSigningProfile.json"),
    ),
    current(
        Operation::DescribeSigningJob,
        "current/operations/DescribeSigningJob.json",
        include_str!("../current/operations/DescribeSigningJob.json"),
    ),
    current(
        Operation::GetRevocationStatus,
        "current/operations/GetRevocationStatus.json",
        include_str!("../current/operations/GetRevocationStatus.json"),
    ),
    current(
        Operation::GetSigningPlatform,
        "current/operations/GetSigningPlatform.json",
        include_str!("../current/operations/GetSigningPlatform.json"),
    ),
    current(
        Operation::GetSigningProfile,
        "current/operations/GetSigningProfile.json",
        include_str!("../current/operations/GetSigningProfile.json"),
    ),
    current(
        Operation::ListProfilePermissions,
        "current/operations/ListProfilePermissions.json",
        include_str!("../current/operations/ListProfilePermissions.json"),
    ),
    current(
        Operation::ListSigningJobs,
        "current/operations/ListSigningJobs.json",
        include_str!("../current/operations/ListSigningJobs.json"),
    ),
    current(
        Operation::ListSigningPlatforms,
        "current/operations/ListSigningPlatforms.json",
        include_str!("../current/operations/ListSigningPlatforms.json"),
    ),
    current(
        Operation::ListSigningProfiles,
        "current/operations/ListSigningProfiles.json",
        include_str!("../current/operations/ListSigningProfiles.json"),
    ),
    current(
        Operation::ListTagsForResource,
        "current/operations/ListTagsForResource.json",
        include_str!("../current/operations/ListTagsForResource.json"),
    ),
    current(
        Operation::PutSigningProfile,
        "current/operations/PutSigningProfile.json",
        include_str!("../current/operations/PutSigningProfile.json"),
    ),
    current(
        Operation::RemoveProfilePermission,
        "current/operations/RemoveProfilePermission.json",
        include_str!("../current/operations/RemoveProfilePermission.json"),
    ),
    current(
        Operation::RevokeSignature,
        "current/operations/RevokeSignature.json",
        include_str!("../current/operations/RevokeSignature.json"),
    ),
    current(
        Operation::RevokeSigningProfile,
        "current/operations/RevokeSigningProfile.json",
        include_str!("../current/operations/RevokeSigningProfile.json"),
    ),
    current(
        Operation::SignPayload,
        "current/operations/SignPayload.json",
        include_str!("../current/operations/SignPayload.json"),
    ),
    current(
        Operation::StartSigningJob,
        "current/operations/StartSigningJob.json",
        include_str!("../current/operations/StartSigningJob.json"),
    ),
    current(
        Operation::TagResource,
        "current/operations/TagResource.json",
        include_str!("../current/operations/TagResource.json"),
    ),
    current(
        Operation::UntagResource,
        "current/operations/UntagResource.json",
        include_str!("../current/operations/UntagResource.json"),
    ),
    may_2019(
        Operation::CancelSigningProfile,
        "2019-05-22/operations/CancelSigningProfile.json",
        include_str!("../2019-05-22/operations/CancelSigningProfile.json"),
    ),
    may_2019(
        Operation::DescribeSigningJob,
        "2019-05-22/operations/DescribeSigningJob.json",
        include_str!("../2019-05-22/operations/DescribeSigningJob.json"),
    ),
    may_2019(
        Operation::GetSigningPlatform,
        "2019-05-22/operations/GetSigningPlatform.json",
        include_str!("../2019-05-22/operations/GetSigningPlatform.json"),
    ),
    may_2019(
        Operation::GetSigningProfile,
        "2019-05-22/operations/GetSigningProfile.json",
        include_str!("../2019-05-22/operations/GetSigningProfile.json"),
    ),
    may_2019(
        Operation::ListSigningJobs,
        "2019-05-22/operations/ListSigningJobs.json",
        include_str!("../2019-05-22/operations/ListSigningJobs.json"),
    ),
    may_2019(
        Operation::ListSigningPlatforms,
        "2019-05-22/operations/ListSigningPlatforms.json",
        include_str!("../2019-05-22/operations/ListSigningPlatforms.json"),
    ),
    may_2019(
        Operation::ListSigningProfiles,
        "2019-05-22/operations/ListSigningProfiles.json",
        include_str!("../2019-05-22/operations/ListSigningProfiles.json"),
    ),
    may_2019(
        Operation::PutSigningProfile,
        "2019-05-22/operations/PutSigningProfile.json",
        include_str!("../2019-05-22/operations/PutSigningProfile.json"),
    ),
    may_2019(
        Operation::StartSigningJob,
        "2019-05-22/operations/StartSigningJob.json",
        include_str!("../2019-05-22/operations/StartSigningJob.json"),
    ),
];
