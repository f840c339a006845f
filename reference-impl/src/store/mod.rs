//! The decisions of the service, without I/O: a request and a caller go in, a reply or a refusal
//! comes out. Clock and identifiers are passed with each call, so a store can be cloned, replayed
//! and compared.

pub(crate) mod arn;
pub(crate) mod changes;
pub(crate) mod command;
mod groups;
pub(crate) mod job;
pub(crate) mod jobs;
pub(crate) mod paging;
pub(crate) mod permissions;
pub(crate) mod platforms;
pub(crate) mod policy;
pub(crate) mod policy_size;
pub(crate) mod profile;
pub(crate) mod profiles;
pub(crate) mod regions;
mod retention;
pub(crate) mod revocations;
mod rows;
pub(crate) mod state;
pub(crate) mod tags;
mod template;
pub(crate) mod validity;

pub use arn::{Region, job_arn, profile_arn};
pub use changes::{Change, Row};
pub use command::{Command, Reply};
pub use job::{Job, JobRevocation, JobStatus, S3Location, StartSigningJob};
pub use jobs::{DueJob, JobFilter, JobOutcome, PAYLOAD_FORMAT, SignPayload};
pub use paging::{Page, PageRequest};
pub use permissions::{AddProfilePermission, PermissionList};
pub use platforms::PlatformFilter;
pub use policy::Statement;
pub use profile::{Profile, ProfileRevocation, ProfileStatus};
pub use profiles::{ProfileFilter, PutSigningProfile};
pub use revocations::{RevocationQuestion, RevokeSigningProfile};
pub use signer_schemas::Platform;
pub use state::{Context, Regions, Settings, Store};
pub use validity::{Overrides, SigningConfigurationOverrides, Validity, ValidityUnit};
