//! What a store can be asked, as values: one command per operation, and what its success says.

use std::collections::BTreeMap;
use std::sync::Arc;

use signer_schemas::{Operation, Platform};

use crate::error::Outcome;
use crate::store::job::{Job, StartSigningJob};
use crate::store::jobs::{JobFilter, SignPayload};
use crate::store::paging::{Page, PageRequest};
use crate::store::permissions::{AddProfilePermission, PermissionList};
use crate::store::platforms::PlatformFilter;
use crate::store::profile::Profile;
use crate::store::profiles::{ProfileFilter, PutSigningProfile};
use crate::store::revocations::{RevocationQuestion, RevokeSigningProfile};
use crate::store::state::{Context, Store};

/// A request of the API, decoded and checked.
#[derive(Debug, Clone)]
#[expect(
    missing_docs,
    reason = "each is the request of the operation of that name, and its members are the operation's"
)]
pub enum Command {
    AddProfilePermission(AddProfilePermission),
    CancelSigningProfile { name: String },
    DescribeSigningJob { id: String },
    GetRevocationStatus(RevocationQuestion),
    GetSigningPlatform { id: String },
    GetSigningProfile { name: String, owner: Option<String> },
    ListProfilePermissions { name: String, page: PageRequest },
    ListSigningJobs { filter: JobFilter, page: PageRequest },
    ListSigningPlatforms { filter: PlatformFilter, page: PageRequest },
    ListSigningProfiles { filter: ProfileFilter, page: PageRequest },
    ListTagsForResource { arn: String },
    PutSigningProfile(PutSigningProfile),
    RemoveProfilePermission { name: String, statement_id: String, revision: String },
    RevokeSignature { id: String, owner: Option<String>, reason: String },
    RevokeSigningProfile(RevokeSigningProfile),
    SignPayload(SignPayload),
    StartSigningJob(StartSigningJob),
    TagResource { arn: String, tags: BTreeMap<String, String> },
    UntagResource { arn: String, keys: Vec<String> },
}

/// What the success of a command says.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Nothing but that it is done.
    Done,
    /// The profile was made.
    Created(Arc<Profile>),
    /// A profile as it is.
    Profile(Arc<Profile>),
    /// A page of profiles.
    Profiles(Page<Arc<Profile>>),
    /// A platform.
    Platform(&'static Platform),
    /// A page of platforms.
    Platforms(Page<&'static Platform>),
    /// The job was started, now or by the first request with its token.
    Started(Arc<Job>),
    /// The job has signed a payload.
    Signed(Arc<Job>),
    /// A job as it is.
    Job(Arc<Job>),
    /// A page of jobs.
    Jobs(Page<Arc<Job>>),
    /// The revision of a policy after a change.
    Revision(Option<String>),
    /// A page of a policy's statements, and what holds for all of it.
    Permissions(PermissionList),
    /// Which of the things asked about are revoked.
    Revoked(Vec<String>),
    /// The tags of a profile.
    Tags(BTreeMap<String, String>),
}

impl Command {
    /// The operation whose request it is.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::AddProfilePermission(_) => Operation::AddProfilePermission,
            Self::CancelSigningProfile { .. } => Operation::CancelSigningProfile,
            Self::DescribeSigningJob { .. } => Operation::DescribeSigningJob,
            Self::GetRevocationStatus(_) => Operation::GetRevocationStatus,
            Self::GetSigningPlatform { .. } => Operation::GetSigningPlatform,
            Self::GetSigningProfile { .. } => Operation::GetSigningProfile,
            Self::ListProfilePermissions { .. } => Operation::ListProfilePermissions,
            Self::ListSigningJobs { .. } => Operation::ListSigningJobs,
            Self::ListSigningPlatforms { .. } => Operation::ListSigningPlatforms,
            Self::ListSigningProfiles { .. } => Operation::ListSigningProfiles,
            Self::ListTagsForResource { .. } => Operation::ListTagsForResource,
            Self::PutSigningProfile(_) => Operation::PutSigningProfile,
            Self::RemoveProfilePermission { .. } => Operation::RemoveProfilePermission,
            Self::RevokeSignature { .. } => Operation::RevokeSignature,
            Self::RevokeSigningProfile(_) => Operation::RevokeSigningProfile,
            Self::SignPayload(_) => Operation::SignPayload,
            Self::StartSigningJob(_) => Operation::StartSigningJob,
            Self::TagResource { .. } => Operation::TagResource,
            Self::UntagResource { .. } => Operation::UntagResource,
        }
    }

    /// Whether it changes nothing, whatever comes of it.
    pub const fn is_read(&self) -> bool {
        match self {
            Self::DescribeSigningJob { .. }
            | Self::GetRevocationStatus(_)
            | Self::GetSigningPlatform { .. }
            | Self::GetSigningProfile { .. }
            | Self::ListProfilePermissions { .. }
            | Self::ListSigningJobs { .. }
            | Self::ListSigningPlatforms { .. }
            | Self::ListSigningProfiles { .. }
            | Self::ListTagsForResource { .. } => true,
            Self::AddProfilePermission(_)
            | Self::CancelSigningProfile { .. }
            | Self::PutSigningProfile(_)
            | Self::RemoveProfilePermission { .. }
            | Self::RevokeSignature { .. }
            | Self::RevokeSigningProfile(_)
            | Self::SignPayload(_)
            | Self::StartSigningJob(_)
            | Self::TagResource { .. }
            | Self::UntagResource { .. } => false,
        }
    }
}

impl Store {
    /// Decides on a request, and changes what it changes. A refusal changes nothing.
    pub fn apply(&mut self, context: &mut Context<'_>, command: Command) -> Outcome<Reply> {
        match command {
            Command::AddProfilePermission(request) => {
                self.add_profile_permission(context, request).map(Reply::Revision)
            }
            Command::CancelSigningProfile { name } => {
                self.cancel_signing_profile(context, &name).map(|()| Reply::Done)
            }
            Command::PutSigningProfile(request) => {
                self.put_signing_profile(context, request).map(Reply::Created)
            }
            Command::RemoveProfilePermission { name, statement_id, revision } => {
                self.remove_profile_permission(context, &name, &statement_id, &revision).map(Reply::Revision)
            }
            Command::RevokeSignature { id, owner, reason } => {
                self.revoke_signature(context, &id, owner.as_deref(), reason).map(|()| Reply::Done)
            }
            Command::RevokeSigningProfile(request) => {
                self.revoke_signing_profile(context, &request).map(|()| Reply::Done)
            }
            Command::SignPayload(request) => self.sign_payload(context, &request).map(Reply::Signed),
            Command::StartSigningJob(request) => self.start_signing_job(context, request).map(Reply::Started),
            Command::TagResource { arn, tags } => {
                self.tag_resource(context, &arn, tags).map(|()| Reply::Done)
            }
            Command::UntagResource { arn, keys } => {
                self.untag_resource(context, &arn, &keys).map(|()| Reply::Done)
            }
            Command::DescribeSigningJob { id } => {
                self.describe_signing_job(context, &id).cloned().map(Reply::Job)
            }
            Command::GetRevocationStatus(question) => {
                self.get_revocation_status(context, &question).map(Reply::Revoked)
            }
            Command::GetSigningPlatform { id } => self.get_signing_platform(&id).map(Reply::Platform),
            Command::GetSigningProfile { name, owner } => {
                self.get_signing_profile(context, &name, owner.as_deref()).cloned().map(Reply::Profile)
            }
            Command::ListProfilePermissions { name, page } => {
                self.list_profile_permissions(context, &name, &page).map(Reply::Permissions)
            }
            Command::ListSigningJobs { filter, page } => {
                self.list_signing_jobs(context, &filter, &page).map(Reply::Jobs)
            }
            Command::ListSigningPlatforms { filter, page } => {
                self.list_signing_platforms(context, &filter, &page).map(Reply::Platforms)
            }
            Command::ListSigningProfiles { filter, page } => {
                self.list_signing_profiles(context, &filter, &page).map(Reply::Profiles)
            }
            Command::ListTagsForResource { arn } => {
                self.list_tags_for_resource(context, &arn).cloned().map(Reply::Tags)
            }
        }
    }
}
