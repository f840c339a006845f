//! What is set on buckets, kept as it came and given back; what tools ask for that is never set here.
//!
//! A setting is kept as the XML of its type in the protocol, a policy as its JSON.

#![expect(clippy::needless_pass_by_value, reason = "every operation owns its input, whatever it needs of it")]

use crate::s3::session::Session;
use crate::s3::tags::checked_tags;
use crate::settings::Setting;
use http::StatusCode;
use s3s::dto::{
    BucketLifecycleConfiguration, DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput,
    DeleteBucketLifecycleInput, DeleteBucketLifecycleOutput, DeleteBucketOwnershipControlsInput,
    DeleteBucketOwnershipControlsOutput, DeleteBucketPolicyInput, DeleteBucketPolicyOutput,
    DeleteBucketTaggingInput, DeleteBucketTaggingOutput, DeletePublicAccessBlockInput,
    DeletePublicAccessBlockOutput, GetBucketAccelerateConfigurationInput,
    GetBucketAccelerateConfigurationOutput, GetBucketCorsInput, GetBucketCorsOutput,
    GetBucketEncryptionInput, GetBucketEncryptionOutput, GetBucketLifecycleConfigurationInput,
    GetBucketLifecycleConfigurationOutput, GetBucketLoggingInput, GetBucketLoggingOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput,
    GetBucketOwnershipControlsInput, GetBucketOwnershipControlsOutput, GetBucketPolicyInput,
    GetBucketPolicyOutput, GetBucketPolicyStatusInput, GetBucketPolicyStatusOutput,
    GetBucketReplicationInput, GetBucketReplicationOutput, GetBucketRequestPaymentInput,
    GetBucketRequestPaymentOutput, GetBucketTaggingInput, GetBucketTaggingOutput, GetBucketWebsiteInput,
    GetBucketWebsiteOutput, GetObjectLockConfigurationInput, GetObjectLockConfigurationOutput,
    GetPublicAccessBlockInput, GetPublicAccessBlockOutput, Payer, PolicyStatus, PutBucketEncryptionInput,
    PutBucketEncryptionOutput, PutBucketLifecycleConfigurationInput, PutBucketLifecycleConfigurationOutput,
    PutBucketOwnershipControlsInput, PutBucketOwnershipControlsOutput, PutBucketPolicyInput,
    PutBucketPolicyOutput, PutBucketTaggingInput, PutBucketTaggingOutput, PutPublicAccessBlockInput,
    PutPublicAccessBlockOutput, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tagging,
};
use s3s::xml::{DeserializeContent, Deserializer, SerializeContent, Serializer};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

/// The element that a kept document is in.
const DOCUMENT: &str = "Setting";
const MAX_BUCKET_TAGS: usize = 50;

fn keep<O: Default>(
    session: &Session,
    bucket: &str,
    setting: Setting,
    value: &impl SerializeContent,
) -> S3Result<O> {
    let mut document = Vec::new();
    let written = Serializer::new(&mut document).content(DOCUMENT, value);
    written.map_err(|error| S3Error::with_message(S3ErrorCode::InternalError, error.to_string()))?;
    let document = String::from_utf8_lossy(&document).into_owned();
    session.objects().set(bucket, setting, Some(document))?;
    Ok(O::default())
}

fn kept<T: for<'xml> DeserializeContent<'xml>>(
    session: &Session,
    bucket: &str,
    setting: Setting,
) -> S3Result<T> {
    let document = session.objects().setting(bucket, setting)?;
    let read = Deserializer::new(document.as_bytes()).named_element(DOCUMENT, Deserializer::content);
    read.map_err(|error| {
        S3Error::with_message(S3ErrorCode::InternalError, format!("the {setting:?} that is kept: {error}"))
    })
}

fn forget<O: Default>(session: &Session, bucket: &str, setting: Setting) -> S3Result<O> {
    session.objects().set(bucket, setting, None)?;
    Ok(O::default())
}

pub(super) fn put_encryption(
    session: &Session,
    input: PutBucketEncryptionInput,
) -> S3Result<PutBucketEncryptionOutput> {
    keep(session, &input.bucket, Setting::Encryption, &input.server_side_encryption_configuration)
}

/// Buckets are encrypted with S3's own keys unless something else is set.
pub(super) fn encryption(
    session: &Session,
    input: GetBucketEncryptionInput,
) -> S3Result<GetBucketEncryptionOutput> {
    let by_default = || {
        let algorithm = ServerSideEncryption::from_static(ServerSideEncryption::AES256);
        let default = ServerSideEncryptionByDefault { kms_master_key_id: None, sse_algorithm: algorithm };
        let rule = ServerSideEncryptionRule {
            apply_server_side_encryption_by_default: Some(default),
            bucket_key_enabled: Some(false),
        };
        ServerSideEncryptionConfiguration { rules: vec![rule] }
    };
    let configuration = if session.objects().owned(&input.bucket)?.settings.contains_key(&Setting::Encryption)
    {
        kept(session, &input.bucket, Setting::Encryption)?
    } else {
        by_default()
    };
    Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
}

pub(super) fn delete_encryption(
    session: &Session,
    input: DeleteBucketEncryptionInput,
) -> S3Result<DeleteBucketEncryptionOutput> {
    forget(session, &input.bucket, Setting::Encryption)
}

pub(super) fn put_public_access(
    session: &Session,
    input: PutPublicAccessBlockInput,
) -> S3Result<PutPublicAccessBlockOutput> {
    keep(session, &input.bucket, Setting::PublicAccessBlock, &input.public_access_block_configuration)
}

pub(super) fn public_access(
    session: &Session,
    input: GetPublicAccessBlockInput,
) -> S3Result<GetPublicAccessBlockOutput> {
    let block = kept(session, &input.bucket, Setting::PublicAccessBlock)?;
    Ok(GetPublicAccessBlockOutput { public_access_block_configuration: Some(block) })
}

pub(super) fn delete_public_access(
    session: &Session,
    input: DeletePublicAccessBlockInput,
) -> S3Result<DeletePublicAccessBlockOutput> {
    forget(session, &input.bucket, Setting::PublicAccessBlock)
}

pub(super) fn put_ownership(
    session: &Session,
    input: PutBucketOwnershipControlsInput,
) -> S3Result<PutBucketOwnershipControlsOutput> {
    keep(session, &input.bucket, Setting::OwnershipControls, &input.ownership_controls)
}

pub(super) fn ownership(
    session: &Session,
    input: GetBucketOwnershipControlsInput,
) -> S3Result<GetBucketOwnershipControlsOutput> {
    let controls = kept(session, &input.bucket, Setting::OwnershipControls)?;
    Ok(GetBucketOwnershipControlsOutput { ownership_controls: Some(controls) })
}

pub(super) fn delete_ownership(
    session: &Session,
    input: DeleteBucketOwnershipControlsInput,
) -> S3Result<DeleteBucketOwnershipControlsOutput> {
    forget(session, &input.bucket, Setting::OwnershipControls)
}

pub(super) fn put_lifecycle(
    session: &Session,
    input: PutBucketLifecycleConfigurationInput,
) -> S3Result<PutBucketLifecycleConfigurationOutput> {
    let configuration = input.lifecycle_configuration;
    let configuration =
        configuration.ok_or_else(|| s3_error!(MalformedXML, "there is no LifecycleConfiguration"))?;
    keep(session, &input.bucket, Setting::Lifecycle, &configuration)
}

pub(super) fn lifecycle(
    session: &Session,
    input: GetBucketLifecycleConfigurationInput,
) -> S3Result<GetBucketLifecycleConfigurationOutput> {
    let kept: BucketLifecycleConfiguration = kept(session, &input.bucket, Setting::Lifecycle)?;
    Ok(GetBucketLifecycleConfigurationOutput { rules: Some(kept.rules), ..Default::default() })
}

pub(super) fn delete_lifecycle(
    session: &Session,
    input: DeleteBucketLifecycleInput,
) -> S3Result<DeleteBucketLifecycleOutput> {
    forget(session, &input.bucket, Setting::Lifecycle)
}

pub(super) fn put_bucket_tags(
    session: &Session,
    input: PutBucketTaggingInput,
) -> S3Result<PutBucketTaggingOutput> {
    let pairs = input.tagging.tag_set.iter().map(|tag| (tag.key.clone(), tag.value.clone()));
    checked_tags(
        pairs.map(|(key, value)| (key.unwrap_or_default(), value.unwrap_or_default())),
        MAX_BUCKET_TAGS,
    )?;
    keep(session, &input.bucket, Setting::Tagging, &input.tagging)
}

pub(super) fn bucket_tags(
    session: &Session,
    input: GetBucketTaggingInput,
) -> S3Result<GetBucketTaggingOutput> {
    let tagging: Tagging = kept(session, &input.bucket, Setting::Tagging)?;
    Ok(GetBucketTaggingOutput { tag_set: tagging.tag_set })
}

pub(super) fn delete_bucket_tags(
    session: &Session,
    input: DeleteBucketTaggingInput,
) -> S3Result<DeleteBucketTaggingOutput> {
    forget(session, &input.bucket, Setting::Tagging)
}

pub(super) fn put_policy(session: &Session, input: PutBucketPolicyInput) -> S3Result<PutBucketPolicyOutput> {
    session.objects().set(&input.bucket, Setting::Policy, Some(input.policy))?;
    Ok(PutBucketPolicyOutput::default())
}

pub(super) fn policy(session: &Session, input: GetBucketPolicyInput) -> S3Result<GetBucketPolicyOutput> {
    Ok(GetBucketPolicyOutput { policy: Some(session.objects().setting(&input.bucket, Setting::Policy)?) })
}

pub(super) fn policy_status(
    session: &Session,
    input: GetBucketPolicyStatusInput,
) -> S3Result<GetBucketPolicyStatusOutput> {
    session.objects().setting(&input.bucket, Setting::Policy)?;
    let is_public = session.objects().is_public(&input.bucket);
    Ok(GetBucketPolicyStatusOutput { policy_status: Some(PolicyStatus { is_public: Some(is_public) }) })
}

pub(super) fn delete_policy(
    session: &Session,
    input: DeleteBucketPolicyInput,
) -> S3Result<DeleteBucketPolicyOutput> {
    forget(session, &input.bucket, Setting::Policy)
}

/// Says that a bucket has no such thing, if there is the bucket.
fn never_set<O>(session: &Session, bucket: &str, code: &'static str) -> S3Result<O> {
    session.objects().owned(bucket)?;
    let mut error =
        S3Error::with_message(S3ErrorCode::Custom(code.into()), "The bucket has no such configuration");
    error.set_status_code(StatusCode::NOT_FOUND);
    Err(error)
}

pub(super) fn cors(session: &Session, input: GetBucketCorsInput) -> S3Result<GetBucketCorsOutput> {
    never_set(session, &input.bucket, "NoSuchCORSConfiguration")
}

pub(super) fn website(session: &Session, input: GetBucketWebsiteInput) -> S3Result<GetBucketWebsiteOutput> {
    never_set(session, &input.bucket, "NoSuchWebsiteConfiguration")
}

pub(super) fn replication(
    session: &Session,
    input: GetBucketReplicationInput,
) -> S3Result<GetBucketReplicationOutput> {
    never_set(session, &input.bucket, "ReplicationConfigurationNotFoundError")
}

pub(super) fn object_lock(
    session: &Session,
    input: GetObjectLockConfigurationInput,
) -> S3Result<GetObjectLockConfigurationOutput> {
    never_set(session, &input.bucket, "ObjectLockConfigurationNotFoundError")
}

pub(super) fn acceleration(
    session: &Session,
    input: GetBucketAccelerateConfigurationInput,
) -> S3Result<GetBucketAccelerateConfigurationOutput> {
    session.objects().owned(&input.bucket)?;
    Ok(GetBucketAccelerateConfigurationOutput::default())
}

pub(super) fn logging(session: &Session, input: GetBucketLoggingInput) -> S3Result<GetBucketLoggingOutput> {
    session.objects().owned(&input.bucket)?;
    Ok(GetBucketLoggingOutput::default())
}

pub(super) fn notification(
    session: &Session,
    input: GetBucketNotificationConfigurationInput,
) -> S3Result<GetBucketNotificationConfigurationOutput> {
    session.objects().owned(&input.bucket)?;
    Ok(GetBucketNotificationConfigurationOutput::default())
}

pub(super) fn request_payment(
    session: &Session,
    input: GetBucketRequestPaymentInput,
) -> S3Result<GetBucketRequestPaymentOutput> {
    session.objects().owned(&input.bucket)?;
    Ok(GetBucketRequestPaymentOutput { payer: Some(Payer::from_static(Payer::BUCKET_OWNER)) })
}
