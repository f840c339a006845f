//! A successful answer as a reply in symbols. What an answer says about itself (the name asked for comes back, the ARN
//! holds the name, the jobs' owner is the owner) is compared here, since the model knows no texts.

use base64::Engine as _;
use serde_json::{Map, Value};
use signer_model::{
    Account, Call, Grant, Job, OwnerArg, PlatformSet, Principal, Profile, Reply, Request, RevisionReply, STATEMENTS, VersionArg,
};
use signer_schemas::Edition;

use crate::data::context::Context;
use crate::data::finding::Complaint;
use crate::operations::bindings::Bindings;
use crate::operations::notes::Notes;
use crate::operations::pages::{items, tags};
use crate::operations::{notes, views};

/// What was read out of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    /// The answer in symbols; `None` if it does not say what it must.
    pub reply: Option<Reply>,
    /// What it says wrongly.
    pub complaints: Vec<Complaint>,
    /// The requirements compared.
    pub exercised: Vec<String>,
}

/// A job that none of the case's symbols stands for.
const STRANGER: Job = Job(u8::MAX);

/// Reads the answer to `call`, whose logical input was `input`; a list's pages come in order. Binds what is new.
pub(crate) fn read(context: &Context, bindings: &mut Bindings, call: &Call, input: &Map<String, Value>, pages: &[Value]) -> Read {
    let mut notes = Notes::default();
    let first = pages.first().cloned().unwrap_or(Value::Null);
    let reply = match call.request {
        Request::AddProfilePermission { profile, .. } => {
            revision(bindings, profile, &first, &mut notes, "AddProfilePermission/new-revision").map(Reply::Revision)
        }
        Request::RemoveProfilePermission { profile, .. } => {
            revision(bindings, profile, &first, &mut notes, "RemoveProfilePermission/new-revision").map(Reply::Revision)
        }
        Request::CancelSigningProfile { .. }
        | Request::RevokeSignature { .. }
        | Request::RevokeSigningProfile { .. }
        | Request::TagResource { .. }
        | Request::UntagResource { .. } => Some(Reply::Done),
        Request::DescribeSigningJob { job } => views::job(context, bindings, job, &first, &mut notes).map(Reply::Job),
        Request::GetRevocationStatus { .. } => revocations(input, &first, &mut notes),
        Request::GetSigningPlatform { .. } => platform(input, &first, &mut notes),
        Request::GetSigningProfile { profile, .. } => {
            views::profile(context, bindings, profile, &first, &mut notes).map(Reply::Profile)
        }
        Request::ListProfilePermissions { profile } => permissions(context, bindings, profile, pages, &mut notes),
        Request::ListSigningJobs { .. } => Some(Reply::Jobs(
            items(pages, "jobs").filter_map(|entry| bindings.job_with_id(entry.get("jobId")?.as_str()?)).collect(),
        )),
        Request::ListSigningPlatforms { .. } => Some(Reply::Platforms(listed_platforms(pages))),
        Request::ListSigningProfiles { .. } => Some(Reply::Profiles(
            items(pages, "profiles").filter_map(|entry| bindings.profile_named(entry.get("profileName")?.as_str()?)).collect(),
        )),
        Request::ListTagsForResource { .. } => {
            Some(Reply::Tags(tags(first.get("tags"), &mut notes, "ListTagsForResource/lists")))
        }
        Request::PutSigningProfile { profile, .. } => created(context, bindings, profile, input, &first, &mut notes),
        Request::SignPayload { job, owner, .. } => {
            signature(&first, input, &mut notes);
            started(context, bindings, call.by, job, owner, &first, &mut notes)
        }
        Request::StartSigningJob { job, owner, .. } => started(context, bindings, call.by, job, owner, &first, &mut notes),
    };
    Read { reply, complaints: notes.complaints, exercised: notes.exercised }
}

/// The known platforms in the pages of `ListSigningPlatforms`.
pub(crate) fn listed_platforms(pages: &[Value]) -> PlatformSet {
    items(pages, "platforms").filter_map(|entry| signer_model::Platform::from_id(entry.get("platformId")?.as_str()?)).collect()
}

fn created(
    context: &Context,
    bindings: &mut Bindings,
    profile: Profile,
    input: &Map<String, Value>,
    answer: &Value,
    notes: &mut Notes,
) -> Option<Reply> {
    let arn = notes.text(answer, "arn", "PutSigningProfile/created")?;
    let name = input.get("profileName").and_then(Value::as_str).unwrap_or_default();
    let tail = format!(":{}:/signing-profiles/{name}", context.owner_account);
    notes.expect(
        arn.starts_with("arn:") && arn.ends_with(&tail),
        "PutSigningProfile/arn-format",
        "the profile's ARN ends with the account and the name",
        format!("arn:aws:signer:REGION{tail}"),
        &arn,
    );
    bindings.bind_arn(profile, &arn);
    bindings.bind_template(profile, input);
    if context.edition == Edition::Current {
        let version = notes.text(answer, "profileVersion", "PutSigningProfile/created")?;
        let version_arn = notes.text(answer, "profileVersionArn", "PutSigningProfile/created")?;
        notes.expect(
            version_arn == format!("{arn}/{version}"),
            "PutSigningProfile/version-in-arn",
            "the version ARN is the profile's ARN, a slash and the version",
            format!("{arn}/{version}"),
            &version_arn,
        );
        let fresh = bindings.bind_version(profile, &version);
        notes.expect(
            fresh,
            "PutSigningProfile/fresh-version",
            "each profile gets a version of its own",
            "a version not seen before",
            &version,
        );
    }
    Some(Reply::Created)
}

fn started(
    context: &Context,
    bindings: &mut Bindings,
    by: Account,
    job: Job,
    owner: OwnerArg,
    answer: &Value,
    notes: &mut Notes,
) -> Option<Reply> {
    let payload = answer.get("signature").is_some();
    let operation = if payload { "SignPayload" } else { "StartSigningJob" };
    let id = notes.text(answer, "jobId", &format!("{operation}/{}", if payload { "signs" } else { "starts" }))?;
    let known = bindings.job_with_id(&id);
    // The same token gives the same response, whoever asks with it.
    if context.edition == Edition::Current && known.is_none() && !bindings.may_be_made(job) {
        let owner_account = match owner {
            OwnerArg::Omitted => context.account(by),
            OwnerArg::Owner => &context.owner_account,
        };
        let told = notes.text(answer, "jobOwner", &format!("{operation}/job-owner")).unwrap_or_default();
        notes.expect(
            told == owner_account,
            &format!("{operation}/job-owner"),
            "the job's owner is the account that owns the profile",
            owner_account,
            &told,
        );
    }
    if payload {
        notes.expect(
            known.is_none(),
            "SignPayload/fresh-id",
            "each payload makes a job of its own",
            "an id not seen before",
            &id,
        );
    }
    Some(Reply::Started(match known {
        // A payload has no token: each call makes a job of its own.
        Some(_) if payload => STRANGER,
        Some(known) => known,
        None if bindings.told_job(job).is_some() => STRANGER,
        None => {
            bindings.bind_job(job, &id);
            job
        }
    }))
}

/// The envelope is JSON that carries the payload; whether it verifies is another suite's question.
fn signature(answer: &Value, input: &Map<String, Value>, notes: &mut Notes) {
    let Some(blob) = notes.text(answer, "signature", "SignPayload/signs") else { return };
    let envelope = base64::engine::general_purpose::STANDARD
        .decode(&blob)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .unwrap_or(Value::Null);
    let payload = envelope
        .get("payload")
        .and_then(Value::as_str)
        .and_then(|text| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok());
    let sent =
        input.get("payload").and_then(Value::as_str).and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
    notes.expect(
        payload.is_some() && payload == sent,
        "SignPayload/envelope",
        "the signature is a flattened JWS in JSON which carries the payload as sent",
        "{payload, protected, header, signature}",
        &notes::shorten(&blob),
    );
}

fn revision(
    bindings: &mut Bindings,
    profile: Profile,
    answer: &Value,
    notes: &mut Notes,
    requirement: &str,
) -> Option<RevisionReply> {
    let id = notes.text(answer, "revisionId", requirement)?;
    let told = bindings.revisions(profile);
    let reply = match told.iter().rposition(|known| *known == id) {
        None => RevisionReply::New,
        Some(index) if index + 1 == told.len() => RevisionReply::Same,
        Some(_) => RevisionReply::Old,
    };
    if reply == RevisionReply::New {
        bindings.bind_revision(profile, &id);
    }
    Some(reply)
}

fn permissions(
    context: &Context,
    bindings: &mut Bindings,
    profile: Profile,
    pages: &[Value],
    notes: &mut Notes,
) -> Option<Reply> {
    let mut statements = [None; STATEMENTS];
    for entry in items(pages, "permissions") {
        let member = |name| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        let index = member("statementId").strip_prefix('s').and_then(|index| index.parse::<usize>().ok());
        let action = signer_model::Action::ALL.into_iter().find(|action| action.id() == member("action"));
        let (Some(slot), Some(action)) = (index.and_then(|index| statements.get_mut(index)), action) else {
            notes.expect(
                false,
                "ListProfilePermissions/lists",
                "each entry is a statement that was added",
                "a statement of this profile",
                &notes::shorten(&entry.to_string()),
            );
            continue;
        };
        let principal = match member("principal") {
            account if account == context.other_account => Principal::OtherAccount,
            role if role == context.role_arn() => Principal::Role,
            _ => Principal::Malformed,
        };
        let version = match member("profileVersion") {
            "" => None,
            version if Some(version) == bindings.current_version(profile) => Some(VersionArg::Current),
            _ => Some(VersionArg::Unknown),
        };
        *slot = Some(Grant { principal, action, version });
    }
    let first = pages.first().cloned().unwrap_or(Value::Null);
    let size = first.get("policySizeBytes").and_then(Value::as_i64).unwrap_or_default();
    notes.expect(
        size > 0 || statements.iter().all(Option::is_none),
        "ListProfilePermissions/policy-size",
        "a policy with statements has a size",
        "policySizeBytes > 0",
        &size.to_string(),
    );
    if statements.iter().all(Option::is_none) && first.get("revisionId").and_then(Value::as_str).is_none() {
        return Some(Reply::Permissions { statements, revision: RevisionReply::Same });
    }
    let revision = revision(bindings, profile, &first, notes, "ListProfilePermissions/current-revision")?;
    Some(Reply::Permissions { statements, revision })
}

fn revocations(input: &Map<String, Value>, answer: &Value, notes: &mut Notes) -> Option<Reply> {
    let Some(entries) = answer.get("revokedEntities").and_then(Value::as_array) else {
        notes.missing("revokedEntities", "GetRevocationStatus/none-revoked", answer);
        return None;
    };
    let given = |name: &str| input.get(name).and_then(Value::as_str).unwrap_or_default();
    let version_arn = given("profileVersionArn");
    let (mut profile, mut job, mut other) = (false, false, false);
    for entry in entries.iter().filter_map(Value::as_str) {
        if entry == version_arn || version_arn.starts_with(&format!("{entry}/")) {
            profile = true;
        } else if entry == given("jobArn") {
            job = true;
        } else {
            other = true;
        }
    }
    notes.expect(
        !other,
        "GetRevocationStatus/subset-of-input",
        "only what was given, and what is revoked, is listed",
        "some of profileVersionArn and jobArn",
        &notes::shorten(&answer.to_string()),
    );
    Some(Reply::Revocations { profile, job, other })
}

fn platform(input: &Map<String, Value>, answer: &Value, notes: &mut Notes) -> Option<Reply> {
    let id = notes.text(answer, "platformId", "GetSigningPlatform/view")?;
    let asked = input.get("platformId").and_then(Value::as_str).unwrap_or_default();
    notes.expect(id == asked, "GetSigningPlatform/view", "the platform asked for comes back", asked, &id);
    signer_model::Platform::from_id(&id).map(Reply::Platform)
}
