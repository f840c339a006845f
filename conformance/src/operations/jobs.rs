//! `StartSigningJob`, `SignPayload`, `DescribeSigningJob` and `ListSigningJobs`.

mod shown;

use base16ct::lower::encode_string;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signer_model::{
    Destination, Expiry, J0, J1, Job, JobFilter, JobStatus, OwnerArg, P0, P1, Platform, Reply, Request,
    Source,
};
use signer_schemas::Edition;

use crate::data::context::Context;
use crate::operations::adapter::{Adapter, Base, Entry, List, OpenPoints, Pages, Reading, nothing};
use crate::operations::bindings::Bindings;
use crate::operations::jobs::shown::{shown, view};
use crate::operations::notes::{Notes, shorten};
use crate::operations::profiles;
use crate::operations::values::{items, owner_id, page_size, plain_platform, prefix};

pub(super) const START: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::StartSigningJob { job, profile, owner, source, destination } = request else {
            return Value::Null;
        };
        json!({
            "profileName": bindings.name(profile),
            "clientRequestToken": bindings.token(job),
            "source": { "s3": source_object(context, source) },
            "destination": { "s3": destination_prefix(context, bindings, destination) },
            "profileOwner": owner_id(context, owner),
        })
    },
    read: |reading, request| {
        let Request::StartSigningJob { job, owner, .. } = request else { return None };
        started(reading, job, owner)
    },
    list: None,
    sample: |_| Request::StartSigningJob {
        job: J0,
        profile: P1,
        owner: OwnerArg::Omitted,
        source: Source::Missing,
        destination: Destination::A,
    },
    smoke: |edition| {
        let start = Request::start(J0, P0);
        vec![start, Request::put(edition, P0, plain_platform(edition)), start, start]
    },
    base: |edition, _| Base { setup: vec![profiles::giving(edition, "")], call: Request::start(J0, P0) },
    revealed_by: |request| {
        let Request::StartSigningJob { job, .. } = request else { return None };
        Some(Request::describe(job))
    },
    open: OpenPoints::USUAL,
};

pub(super) const SIGN: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::SignPayload { profile, owner, .. } = request else { return Value::Null };
        json!({
            "profileName": bindings.name(profile),
            "payload": STANDARD.encode(payload(&bindings.token(J0))),
            "payloadFormat": "application/vnd.cncf.notary.payload.v1+json",
            "profileOwner": owner_id(context, owner),
        })
    },
    read: |reading, request| {
        let Request::SignPayload { job, owner, .. } = request else { return None };
        carries_the_payload(reading);
        started(reading, job, owner)
    },
    list: None,
    sample: |_| Request::sign(J0, P1),
    smoke: |edition| {
        let sign = Request::sign(J0, P0);
        let put = Request::put(edition, P0, Platform::Notation);
        vec![sign, put, sign, Request::sign(J1, P0), Request::describe(J0)]
    },
    base: |edition, _| Base {
        setup: vec![Request::put(edition, P0, Platform::Notation)],
        call: Request::sign(J0, P0),
    },
    revealed_by: |request| {
        let Request::SignPayload { job, .. } = request else { return None };
        Some(Request::describe(job))
    },
    open: OpenPoints::USUAL,
};

pub(super) const DESCRIBE: Adapter = Adapter {
    input: |_, bindings, request| {
        let Request::DescribeSigningJob { job } = request else { return Value::Null };
        json!({ "jobId": bindings.job_id(job) })
    },
    read: |reading, request| {
        let Request::DescribeSigningJob { job } = request else { return None };
        shown(reading, job).map(Reply::Job)
    },
    list: None,
    sample: |_| Request::describe(J0),
    smoke: |edition| {
        let describe = Request::describe(J0);
        let put = Request::put(edition, P0, plain_platform(edition));
        vec![describe, put, Request::start(J0, P0), describe]
    },
    base: |edition, _| Base {
        setup: vec![profiles::giving(edition, ""), Request::start(J0, P0)],
        call: Request::describe(J0),
    },
    revealed_by: nothing,
    open: OpenPoints::USUAL,
};

pub(super) const LIST: Adapter = Adapter {
    input: |context, _, request| {
        let Request::ListSigningJobs { filter, page } = request else { return Value::Null };
        json!({
            "status": filter.status.map(JobStatus::id),
            "platformId": filter.platform.map(Platform::id),
            "isRevoked": filter.is_revoked,
            "jobInvoker": filter.invoker.map(|account| context.account(account)),
            "signatureExpiresBefore": (filter.expires == Some(Expiry::Before)).then(|| context.expiry_watershed()),
            "signatureExpiresAfter": (filter.expires == Some(Expiry::After)).then(|| context.expiry_watershed()),
            "maxResults": page_size(page),
        })
    },
    read: |reading, _| {
        let job = |entry: &Value| reading.bindings.job_with_id(entry.get("jobId")?.as_str()?);
        Some(Reply::Jobs(items(reading.pages, "jobs").filter_map(job).collect()))
    },
    list: Some(List { items: "jobs", key: "jobId", has_size: true, is_of_account: true, entries }),
    sample: |_| Request::jobs(JobFilter::default()),
    smoke: |edition| {
        let put = Request::put(edition, P0, plain_platform(edition));
        vec![put, Request::start(J0, P0), Request::jobs(JobFilter::default())]
    },
    base: |_, _| Base { setup: vec![], call: Request::jobs(JobFilter::default()) },
    revealed_by: nothing,
    open: OpenPoints { extents, ..OpenPoints::USUAL },
};

/// A job that none of the case's symbols stands for.
const STRANGER: Job = Job(u8::MAX);

/// The payload that container tools send: a descriptor of the artifact. All jobs of a case sign the same one.
fn payload(token: &str) -> String {
    let digest = encode_string(&Sha256::digest(token));
    json!({ "targetArtifact": {
        "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": format!("sha256:{digest}"), "size": 1024
    }})
    .to_string()
}

fn source_object(context: &Context, source: Source) -> Value {
    let fixture = context.fixture.as_ref();
    let bucket = fixture.map_or("signer-conformance-source", |fixture| &fixture.source_bucket);
    let (key, version) = match source {
        Source::Present | Source::Unverified => {
            fixture.map_or(("app.zip", "null"), |fixture| (fixture.key.as_str(), fixture.version.as_str()))
        }
        Source::Missing => ("missing.zip", "null"),
    };
    json!({ "bucketName": bucket, "key": key, "version": version })
}

fn destination_prefix(context: &Context, bindings: &Bindings, destination: Destination) -> Value {
    let bucket = context
        .fixture
        .as_ref()
        .map_or("signer-conformance-destination", |fixture| &fixture.destination_bucket);
    json!({ "bucketName": bucket, "prefix": prefix(bindings, destination) })
}

/// The job that an answer names.
fn started(reading: &mut Reading<'_>, job: Job, owner: OwnerArg) -> Option<Reply> {
    let payload = reading.answer().get("signature").is_some();
    let operation = if payload { "SignPayload" } else { "StartSigningJob" };
    let id = reading.notes.text(
        reading.answer(),
        "jobId",
        &format!("{operation}/{}", if payload { "signs" } else { "starts" }),
    )?;
    let known = reading.bindings.job_with_id(&id);
    // The same token gives the same response to every caller.
    if reading.context.edition == Edition::Current && known.is_none() && !reading.bindings.may_be_made(job) {
        let owner_account = match owner {
            OwnerArg::Omitted => reading.context.account(reading.by),
            OwnerArg::Owner => &reading.context.owner_account,
        };
        let told = reading
            .notes
            .text(reading.answer(), "jobOwner", &format!("{operation}/job-owner"))
            .unwrap_or_default();
        reading.notes.expect(
            told == owner_account,
            &format!("{operation}/job-owner"),
            "the job's owner is the account that owns the profile",
            owner_account,
            &told,
        );
    }
    if payload {
        reading.notes.expect(
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
        None if reading.bindings.told_job(job).is_some() => STRANGER,
        None => {
            reading.bindings.bind_job(job, &id);
            job
        }
    }))
}

/// The envelope is JSON that carries the payload; whether it verifies is another suite's question.
fn carries_the_payload(reading: &mut Reading<'_>) {
    let Some(blob) = reading.notes.text(reading.answer(), "signature", "SignPayload/signs") else { return };
    let envelope = STANDARD
        .decode(&blob)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .unwrap_or(Value::Null);
    let payload =
        envelope.get("payload").and_then(Value::as_str).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let sent =
        reading.input.get("payload").and_then(Value::as_str).and_then(|text| STANDARD.decode(text).ok());
    reading.notes.expect(
        payload.is_some() && payload == sent,
        "SignPayload/envelope",
        "the signature is a flattened JWS in JSON which carries the payload as sent",
        "{payload, protected, header, signature}",
        &shorten(&blob),
    );
}

/// What describing each entry of a list by itself would tell.
fn entries(context: &Context, bindings: &Bindings, pages: &Pages) -> Vec<Entry> {
    const AGREES: &str = "ListSigningJobs/entry-agrees";
    let mut entries = Vec::new();
    for entry in items(pages, "jobs") {
        let id = entry.get("jobId").and_then(Value::as_str).unwrap_or_default();
        let Some(symbol) = bindings.job_with_id(id) else { continue };
        let mut notes = Notes::default();
        let reply = view(context, bindings, entry, &mut notes, AGREES).map_or(Reply::Done, Reply::Job);
        entries.push((Request::describe(symbol).by_owner(), reply, notes.complaints));
    }
    entries
}

fn extents(rule: &str, request: Request) -> [Option<&'static str>; 2] {
    match rule {
        "ListSigningJobs/not-revoked-filter" => [Some("only jobs that are not revoked"), Some("all jobs")],
        "ListSigningJobs/other-account" => [Some("the owner's"), Some("the owner's and the invoker's")],
        _ => OpenPoints::LISTED(rule, request),
    }
}
