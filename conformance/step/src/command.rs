//! A call of the model as a command of the store.

use std::collections::BTreeMap;

use signer_model::{Account, ErrorName, OwnerArg, Request, Source, TagKey, TagValue, Validity};
use signer_reference::store::{
    AddProfilePermission, Command, PAYLOAD_FORMAT, PageRequest, PutSigningProfile, RevokeSigningProfile,
    SignPayload, StartSigningJob, ValidityUnit,
};
use signer_schemas::Edition;

use crate::driver::Driver;
use crate::names;
use crate::stop::Stop;

impl Driver {
    /// The command of a call that asks for one thing.
    #[expect(clippy::too_many_lines, reason = "one arm for each operation")]
    pub(super) fn command(&self, request: Request) -> Result<Command, Stop> {
        let edition = self.store.settings().edition;
        let owner_id = |owner| owner_id(edition, owner).map(str::to_owned);
        let name = |profile| names::profile(profile).to_owned();
        let arn = |profile| names::arn(profile).to_owned();
        Ok(match request {
            Request::AddProfilePermission { profile, statement, grant, revision } => {
                let statement = self.bindings.statement(profile, names::statement(statement), grant);
                let revision = self.bindings.revision(profile, revision);
                Command::AddProfilePermission(AddProfilePermission {
                    profile_name: name(profile),
                    statement,
                    revision,
                })
            }
            Request::CancelSigningProfile { profile } => {
                Command::CancelSigningProfile { name: name(profile) }
            }
            Request::DescribeSigningJob { job } => {
                Command::DescribeSigningJob { id: self.bindings.job_id(job) }
            }
            Request::GetSigningPlatform { platform } => {
                Command::GetSigningPlatform { id: names::platform(platform).to_owned() }
            }
            Request::GetSigningProfile { profile, owner } => {
                Command::GetSigningProfile { name: name(profile), owner: owner_id(owner) }
            }
            Request::ListProfilePermissions { profile } => {
                Command::ListProfilePermissions { name: name(profile), page: PageRequest::default() }
            }
            Request::ListTagsForResource { profile } => Command::ListTagsForResource { arn: arn(profile) },
            Request::PutSigningProfile { profile, platform, validity, material, parameters, tags } => {
                let parameter = parameters.then(|| names::parameter(platform));
                let request = PutSigningProfile {
                    name: name(profile),
                    platform_id: names::platform(platform).to_owned(),
                    certificate_arn: material.then(|| names::CERTIFICATE.to_owned()),
                    validity: (validity == Validity::Day).then_some((Some(1), Some(ValidityUnit::Days))),
                    signing_parameters: parameter
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value.to_owned()))
                        .collect(),
                    tags: given_tags(&tags),
                    ..PutSigningProfile::default()
                };
                Command::PutSigningProfile(in_edition(request, edition))
            }
            Request::RemoveProfilePermission { profile, statement, revision } => {
                // The store never sees a call that lacks a required member: the adapter before it refuses.
                let revision =
                    self.bindings.revision(profile, revision).ok_or(Stop::Refused(ErrorName::Validation))?;
                let statement_id = names::statement(statement).to_owned();
                Command::RemoveProfilePermission { name: name(profile), statement_id, revision }
            }
            Request::RevokeSignature { job, owner } => Command::RevokeSignature {
                id: self.bindings.job_id(job),
                owner: owner_id(owner),
                reason: "stepping".to_owned(),
            },
            Request::RevokeSigningProfile { profile, version, effective } => {
                Command::RevokeSigningProfile(RevokeSigningProfile {
                    name: name(profile),
                    version: self.bindings.version(profile, version).to_owned(),
                    effective_time: names::effective(effective),
                })
            }
            Request::SignPayload { profile, owner, .. } => Command::SignPayload(SignPayload {
                profile_name: name(profile),
                profile_owner: owner_id(owner),
                payload: b"{}".to_vec(),
                payload_format: PAYLOAD_FORMAT.to_owned(),
            }),
            Request::StartSigningJob { job, profile, owner, source, destination } => {
                Command::StartSigningJob(StartSigningJob {
                    profile_name: Some(name(profile)),
                    profile_owner: owner_id(owner),
                    source: names::source(source),
                    destination: names::destination(destination),
                    client_request_token: job.to_string(),
                    source_is_there: source != Source::Missing,
                    destination_is_there: true,
                })
            }
            Request::TagResource { profile, key, value } => {
                Command::TagResource { arn: arn(profile), tags: tags_of(key, value).collect() }
            }
            Request::UntagResource { profile, key } => {
                Command::UntagResource { arn: arn(profile), keys: names::tag_keys(key).to_vec() }
            }
            Request::ListSigningJobs { .. }
            | Request::ListSigningPlatforms { .. }
            | Request::ListSigningProfiles { .. }
            | Request::GetRevocationStatus { .. } => {
                return Err(Stop::strange("is asked for one thing where it lists many"));
            }
        })
    }
}

fn owner_id(edition: Edition, owner: OwnerArg) -> Option<&'static str> {
    match (edition, owner) {
        (Edition::Current, OwnerArg::Owner) => Some(&names::caller(Account::Owner).account),
        (Edition::Current, OwnerArg::Omitted) | (Edition::May2019, _) => None,
    }
}

/// The adapter before the store drops members that the edition does not have.
fn in_edition(request: PutSigningProfile, edition: Edition) -> PutSigningProfile {
    match edition {
        Edition::Current => request,
        Edition::May2019 => {
            PutSigningProfile { material_is_required: true, validity: None, tags: BTreeMap::new(), ..request }
        }
    }
}

fn given_tags(tags: &[TagValue]) -> BTreeMap<String, String> {
    (0..).map(TagKey).zip(tags).flat_map(|(key, value)| tags_of(key, *value)).collect()
}

fn tags_of(key: TagKey, value: TagValue) -> impl Iterator<Item = (String, String)> {
    let keys = names::tag_value(value).map(|value| (names::tag_keys(key), value));
    keys.into_iter().flat_map(|(keys, value)| keys.iter().map(|key| (key.clone(), value.to_owned())))
}
