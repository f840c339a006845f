//! Access control lists. There is one, which cannot be changed: everything, to the owner.

#![expect(clippy::needless_pass_by_value, reason = "every operation owns its input, whatever it needs of it")]

use crate::s3::session::Session;
use http::StatusCode;
use s3s::dto::{
    BucketCannedACL, GetBucketAclInput, GetBucketAclOutput, GetObjectAclInput, GetObjectAclOutput, Grant,
    Grantee, Grants, ObjectCannedACL, Owner, Permission, PutBucketAclInput, PutBucketAclOutput,
    PutObjectAclInput, PutObjectAclOutput, Type,
};
use s3s::{S3Error, S3ErrorCode, S3Result};

/// The only grant that there is: everything, to the owner.
fn grants(session: &Session) -> (Option<Owner>, Option<Grants>) {
    let id = Some(session.account.clone());
    let type_ = Type::from_static(Type::CANONICAL_USER);
    let grantee = Grantee { display_name: None, email_address: None, id: id.clone(), type_, uri: None };
    let permission = Some(Permission::from_static(Permission::FULL_CONTROL));
    (Some(Owner { id, ..Owner::default() }), Some(vec![Grant { grantee: Some(grantee), permission }]))
}

pub(super) fn bucket_acl(session: &Session, input: GetBucketAclInput) -> S3Result<GetBucketAclOutput> {
    session.objects().owned(&input.bucket)?;
    let (owner, grants) = grants(session);
    Ok(GetBucketAclOutput { owner, grants })
}

pub(super) fn object_acl(session: &Session, input: GetObjectAclInput) -> S3Result<GetObjectAclOutput> {
    session.objects().owned(&input.bucket)?;
    session.objects().get(&input.bucket, &input.key, input.version_id.as_deref())?;
    let (owner, grants) = grants(session);
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

pub(super) fn put_bucket_acl(session: &Session, input: PutBucketAclInput) -> S3Result<PutBucketAclOutput> {
    session.objects().owned(&input.bucket)?;
    check_acl(input.acl.as_ref().map(BucketCannedACL::as_str))?;
    Ok(PutBucketAclOutput::default())
}

pub(super) fn put_object_acl(session: &Session, input: PutObjectAclInput) -> S3Result<PutObjectAclOutput> {
    session.objects().owned(&input.bucket)?;
    session.objects().get(&input.bucket, &input.key, input.version_id.as_deref())?;
    check_acl(input.acl.as_ref().map(ObjectCannedACL::as_str))?;
    Ok(PutObjectAclOutput::default())
}
