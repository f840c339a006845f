//! What is set on buckets, kept as it came and given back; what tools ask for that is never set here.
//!
//! A setting is kept as the XML of its type in the protocol, a policy as its JSON.

#![expect(clippy::needless_pass_by_value, reason = "every operation owns its input, whatever it needs of it")]

use super::desk::Desk;
use super::tags::checked_tags;
use crate::objects::Setting;
use axum::http::StatusCode;
use s3s::dto::{
    BucketCannedACL, BucketLifecycleConfiguration, DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput,
    DeleteBucketLifecycleInput, DeleteBucketLifecycleOutput, DeleteBucketOwnershipControlsInput,
    DeleteBucketOwnershipControlsOutput, DeleteBucketPolicyInput, DeleteBucketPolicyOutput, DeleteBucketTaggingInput,
    DeleteBucketTaggingOutput, DeletePublicAccessBlockInput, DeletePublicAccessBlockOutput,
    GetBucketAccelerateConfigurationInput, GetBucketAccelerateConfigurationOutput, GetBucketAclInput, GetBucketAclOutput,
    GetBucketCorsInput, GetBucketCorsOutput, GetBucketEncryptionInput, GetBucketEncryptionOutput,
    GetBucketLifecycleConfigurationInput, GetBucketLifecycleConfigurationOutput, GetBucketLoggingInput, GetBucketLoggingOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput, GetBucketOwnershipControlsInput,
    GetBucketOwnershipControlsOutput, GetBucketPolicyInput, GetBucketPolicyOutput, GetBucketPolicyStatusInput,
    GetBucketPolicyStatusOutput, GetBucketReplicationInput, GetBucketReplicationOutput, GetBucketRequestPaymentInput,
    GetBucketRequestPaymentOutput, GetBucketTaggingInput, GetBucketTaggingOutput, GetBucketWebsiteInput, GetBucketWebsiteOutput,
    GetObjectAclInput, GetObjectAclOutput, GetObjectLockConfigurationInput, GetObjectLockConfigurationOutput,
    GetPublicAccessBlockInput, GetPublicAccessBlockOutput, Grant, Grantee, Grants, ObjectCannedACL, Owner, Payer, Permission,
    PolicyStatus, PutBucketAclInput, PutBucketAclOutput, PutBucketEncryptionInput, PutBucketEncryptionOutput,
    PutBucketLifecycleConfigurationInput, PutBucketLifecycleConfigurationOutput, PutBucketOwnershipControlsInput,
    PutBucketOwnershipControlsOutput, PutBucketPolicyInput, PutBucketPolicyOutput, PutBucketTaggingInput, PutBucketTaggingOutput,
    PutObjectAclInput, PutObjectAclOutput, PutPublicAccessBlockInput, PutPublicAccessBlockOutput, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tagging, Type,
};
use s3s::xml::{DeserializeContent, Deserializer, SerializeContent, Serializer};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

/// The element that a kept document is in.
const DOCUMENT: &str = "Setting";
const MAX_BUCKET_TAGS: usize = 50;

fn keep<O: Default>(desk: &Desk, bucket: &str, setting: Setting, value: &impl SerializeContent) -> S3Result<O> {
    let mut document = Vec::new();
    let written = Serializer::new(&mut document).content(DOCUMENT, value);
    written.map_err(|error| S3Error::with_message(S3ErrorCode::InternalError, error.to_string()))?;
    let document = String::from_utf8_lossy(&document).into_owned();
    desk.objects().set(bucket, setting, Some(document))?;
    Ok(O::default())
}

fn kept<T: for<'xml> DeserializeContent<'xml>>(desk: &Desk, bucket: &str, setting: Setting) -> S3Result<T> {
    let document = desk.objects().setting(bucket, setting)?;
    let read = Deserializer::new(document.as_bytes()).named_element(DOCUMENT, Deserializer::content);
    read.map_err(|error| S3Error::with_message(S3ErrorCode::InternalError, format!("the {setting:?} that is kept: {error}")))
}

fn forget<O: Default>(desk: &Desk, bucket: &str, setting: Setting) -> S3Result<O> {
    desk.objects().set(bucket, setting, None)?;
    Ok(O::default())
}

pub(super) fn put_encryption(desk: &Desk, input: PutBucketEncryptionInput) -> S3Result<PutBucketEncryptionOutput> {
    keep(desk, &input.bucket, Setting::Encryption, &input.server_side_encryption_configuration)
}

/// Buckets are encrypted with S3's own keys unless something else is set.
pub(super) fn encryption(desk: &Desk, input: GetBucketEncryptionInput) -> S3Result<GetBucketEncryptionOutput> {
    let by_default = || {
        let algorithm = ServerSideEncryption::from_static(ServerSideEncryption::AES256);
        let default = ServerSideEncryptionByDefault { kms_master_key_id: None, sse_algorithm: algorithm };
        let rule =
            ServerSideEncryptionRule { apply_server_side_encryption_by_default: Some(default), bucket_key_enabled: Some(false) };
        ServerSideEncryptionConfiguration { rules: vec![rule] }
    };
    let configuration = if desk.objects().owned(&input.bucket)?.settings.contains_key(&Setting::Encryption) {
        kept(desk, &input.bucket, Setting::Encryption)?
    } else {
        by_default()
    };
    Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
}

pub(super) fn delete_encryption(desk: &Desk, input: DeleteBucketEncryptionInput) -> S3Result<DeleteBucketEncryptionOutput> {
    forget(desk, &input.bucket, Setting::Encryption)
}

pub(super) fn put_public_access(desk: &Desk, input: PutPublicAccessBlockInput) -> S3Result<PutPublicAccessBlockOutput> {
    keep(desk, &input.bucket, Setting::PublicAccessBlock, &input.public_access_block_configuration)
}

pub(super) fn public_access(desk: &Desk, input: GetPublicAccessBlockInput) -> S3Result<GetPublicAccessBlockOutput> {
    let block = kept(desk, &input.bucket, Setting::PublicAccessBlock)?;
    Ok(GetPublicAccessBlockOutput { public_access_block_configuration: Some(block) })
}

pub(super) fn delete_public_access(desk: &Desk, input: DeletePublicAccessBlockInput) -> S3Result<DeletePublicAccessBlockOutput> {
    forget(desk, &input.bucket, Setting::PublicAccessBlock)
}

pub(super) fn put_ownership(desk: &Desk, input: PutBucketOwnershipControlsInput) -> S3Result<PutBucketOwnershipControlsOutput> {
    keep(desk, &input.bucket, Setting::OwnershipControls, &input.ownership_controls)
}

pub(super) fn ownership(desk: &Desk, input: GetBucketOwnershipControlsInput) -> S3Result<GetBucketOwnershipControlsOutput> {
    let controls = kept(desk, &input.bucket, Setting::OwnershipControls)?;
    Ok(GetBucketOwnershipControlsOutput { ownership_controls: Some(controls) })
}

pub(super) fn delete_ownership(
    desk: &Desk,
    input: DeleteBucketOwnershipControlsInput,
) -> S3Result<DeleteBucketOwnershipControlsOutput> {
    forget(desk, &input.bucket, Setting::OwnershipControls)
}

pub(super) fn put_lifecycle(
    desk: &Desk,
    input: PutBucketLifecycleConfigurationInput,
) -> S3Result<PutBucketLifecycleConfigurationOutput> {
    let configuration = input.lifecycle_configuration;
    let configuration = configuration.ok_or_else(|| s3_error!(MalformedXML, "there is no LifecycleConfiguration"))?;
    keep(desk, &input.bucket, Setting::Lifecycle, &configuration)
}

pub(super) fn lifecycle(
    desk: &Desk,
    input: GetBucketLifecycleConfigurationInput,
) -> S3Result<GetBucketLifecycleConfigurationOutput> {
    let kept: BucketLifecycleConfiguration = kept(desk, &input.bucket, Setting::Lifecycle)?;
    Ok(GetBucketLifecycleConfigurationOutput { rules: Some(kept.rules), ..Default::default() })
}

pub(super) fn delete_lifecycle(desk: &Desk, input: DeleteBucketLifecycleInput) -> S3Result<DeleteBucketLifecycleOutput> {
    forget(desk, &input.bucket, Setting::Lifecycle)
}

pub(super) fn put_bucket_tags(desk: &Desk, input: PutBucketTaggingInput) -> S3Result<PutBucketTaggingOutput> {
    let pairs = input.tagging.tag_set.iter().map(|tag| (tag.key.clone(), tag.value.clone()));
    checked_tags(pairs.map(|(key, value)| (key.unwrap_or_default(), value.unwrap_or_default())), MAX_BUCKET_TAGS)?;
    keep(desk, &input.bucket, Setting::Tagging, &input.tagging)
}

pub(super) fn bucket_tags(desk: &Desk, input: GetBucketTaggingInput) -> S3Result<GetBucketTaggingOutput> {
    let tagging: Tagging = kept(desk, &input.bucket, Setting::Tagging)?;
    Ok(GetBucketTaggingOutput { tag_set: tagging.tag_set })
}

pub(super) fn delete_bucket_tags(desk: &Desk, input: DeleteBucketTaggingInput) -> S3Result<DeleteBucketTaggingOutput> {
    forget(desk, &input.bucket, Setting::Tagging)
}

pub(super) fn put_policy(desk: &Desk, input: PutBucketPolicyInput) -> S3Result<PutBucketPolicyOutput> {
    desk.objects().set(&input.bucket, Setting::Policy, Some(input.policy))?;
    Ok(PutBucketPolicyOutput::default())
}

pub(super) fn policy(desk: &Desk, input: GetBucketPolicyInput) -> S3Result<GetBucketPolicyOutput> {
    Ok(GetBucketPolicyOutput { policy: Some(desk.objects().setting(&input.bucket, Setting::Policy)?) })
}

pub(super) fn policy_status(desk: &Desk, input: GetBucketPolicyStatusInput) -> S3Result<GetBucketPolicyStatusOutput> {
    desk.objects().setting(&input.bucket, Setting::Policy)?;
    let is_public = desk.objects().is_public(&input.bucket);
    Ok(GetBucketPolicyStatusOutput { policy_status: Some(PolicyStatus { is_public: Some(is_public) }) })
}

pub(super) fn delete_policy(desk: &Desk, input: DeleteBucketPolicyInput) -> S3Result<DeleteBucketPolicyOutput> {
    forget(desk, &input.bucket, Setting::Policy)
}

/// Says that a bucket has no such thing, if there is the bucket.
fn never_set<O>(desk: &Desk, bucket: &str, code: &'static str) -> S3Result<O> {
    desk.objects().owned(bucket)?;
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), "The bucket has no such configuration");
    error.set_status_code(StatusCode::NOT_FOUND);
    Err(error)
}

pub(super) fn cors(desk: &Desk, input: GetBucketCorsInput) -> S3Result<GetBucketCorsOutput> {
    never_set(desk, &input.bucket, "NoSuchCORSConfiguration")
}

pub(super) fn website(desk: &Desk, input: GetBucketWebsiteInput) -> S3Result<GetBucketWebsiteOutput> {
    never_set(desk, &input.bucket, "NoSuchWebsiteConfiguration")
}

pub(super) fn replication(desk: &Desk, input: GetBucketReplicationInput) -> S3Result<GetBucketReplicationOutput> {
    never_set(desk, &input.bucket, "ReplicationConfigurationNotFoundError")
}

pub(super) fn object_lock(desk: &Desk, input: GetObjectLockConfigurationInput) -> S3Result<GetObjectLockConfigurationOutput> {
    never_set(desk, &input.bucket, "ObjectLockConfigurationNotFoundError")
}

pub(super) fn acceleration(
    desk: &Desk,
    input: GetBucketAccelerateConfigurationInput,
) -> S3Result<GetBucketAccelerateConfigurationOutput> {
    desk.objects().owned(&input.bucket)?;
    Ok(GetBucketAccelerateConfigurationOutput::default())
}

pub(super) fn logging(desk: &Desk, input: GetBucketLoggingInput) -> S3Result<GetBucketLoggingOutput> {
    desk.objects().owned(&input.bucket)?;
    Ok(GetBucketLoggingOutput::default())
}

pub(super) fn notification(
    desk: &Desk,
    input: GetBucketNotificationConfigurationInput,
) -> S3Result<GetBucketNotificationConfigurationOutput> {
    desk.objects().owned(&input.bucket)?;
    Ok(GetBucketNotificationConfigurationOutput::default())
}

pub(super) fn request_payment(desk: &Desk, input: GetBucketRequestPaymentInput) -> S3Result<GetBucketRequestPaymentOutput> {
    desk.objects().owned(&input.bucket)?;
    Ok(GetBucketRequestPaymentOutput { payer: Some(Payer::from_static(Payer::BUCKET_OWNER)) })
}

/// The only grant that there is: everything, to the owner.
fn grants(desk: &Desk) -> (Option<Owner>, Option<Grants>) {
    let id = Some(desk.caller.account.clone());
    let type_ = Type::from_static(Type::CANONICAL_USER);
    let grantee = Grantee { display_name: None, email_address: None, id: id.clone(), type_, uri: None };
    let permission = Some(Permission::from_static(Permission::FULL_CONTROL));
    (Some(Owner { id, ..Owner::default() }), Some(vec![Grant { grantee: Some(grantee), permission }]))
}

pub(super) fn bucket_acl(desk: &Desk, input: GetBucketAclInput) -> S3Result<GetBucketAclOutput> {
    desk.objects().owned(&input.bucket)?;
    let (owner, grants) = grants(desk);
    Ok(GetBucketAclOutput { owner, grants })
}

pub(super) fn object_acl(desk: &Desk, input: GetObjectAclInput) -> S3Result<GetObjectAclOutput> {
    desk.objects().owned(&input.bucket)?;
    desk.objects().get(&input.bucket, &input.key, input.version_id.as_deref())?;
    let (owner, grants) = grants(desk);
    Ok(GetObjectAclOutput { owner, grants, ..GetObjectAclOutput::default() })
}

/// Lists that say what is so anyway are taken; others S3 itself does not take, unless it is told to.
fn check_acl(canned: Option<&str>) -> S3Result<()> {
    if matches!(canned, Some("private" | "bucket-owner-full-control")) {
        return Ok(());
    }
    let code = S3ErrorCode::Custom("AccessControlListNotSupported".into());
    let mut error = S3Error::with_message(code, "The bucket does not allow ACLs");
    error.set_status_code(StatusCode::BAD_REQUEST);
    Err(error)
}

pub(super) fn put_bucket_acl(desk: &Desk, input: PutBucketAclInput) -> S3Result<PutBucketAclOutput> {
    desk.objects().owned(&input.bucket)?;
    check_acl(input.acl.as_ref().map(BucketCannedACL::as_str))?;
    Ok(PutBucketAclOutput::default())
}

pub(super) fn put_object_acl(desk: &Desk, input: PutObjectAclInput) -> S3Result<PutObjectAclOutput> {
    desk.objects().owned(&input.bucket)?;
    desk.objects().get(&input.bucket, &input.key, input.version_id.as_deref())?;
    check_acl(input.acl.as_ref().map(ObjectCannedACL::as_str))?;
    Ok(PutObjectAclOutput::default())
}
