//! The operations of S3: each is handed to the function that does it, on a thread that may wait for a disk.

use crate::s3::session::Session;
use crate::s3::{acl, listing, multipart, reading, settings, tags, writing};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use s3s::dto::{self, StreamingBlob};
use s3s::{Body, S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

async fn whole(body: Option<StreamingBlob>) -> S3Result<Bytes> {
    let Some(body) = body else { return Ok(Bytes::new()) };
    let collected = Body::from(body).collect().await;
    let collected =
        collected.map_err(|error| S3Error::with_message(S3ErrorCode::IncompleteBody, error.to_string()))?;
    Ok(collected.to_bytes())
}

/// The operations: those that need more than their input have their function here.
macro_rules! operations {
    ({ $($special:item)* } $($name:ident: $input:ident, $output:ident, $work:path;)*) => {
        #[async_trait::async_trait]
        impl S3 for Session {
            $($special)*

            $(async fn $name(&self, request: S3Request<dto::$input>) -> S3Result<S3Response<dto::$output>> {
                self.reply(request.input, $work).await
            })*
        }
    };
}

operations! {
    {
        async fn delete_bucket(&self, request: S3Request<dto::DeleteBucketInput>) -> S3Result<S3Response<dto::DeleteBucketOutput>> {
            let mut response = self.reply(request.input, writing::delete_bucket).await?;
            response.status = Some(http::StatusCode::NO_CONTENT);
            Ok(response)
        }

        async fn get_object(&self, request: S3Request<dto::GetObjectInput>) -> S3Result<S3Response<dto::GetObjectOutput>> {
            self.hand(request.input, reading::get).await
        }

        async fn head_object(&self, request: S3Request<dto::HeadObjectInput>) -> S3Result<S3Response<dto::HeadObjectOutput>> {
            self.hand(request.input, reading::head).await
        }

        async fn put_object(&self, mut request: S3Request<dto::PutObjectInput>) -> S3Result<S3Response<dto::PutObjectOutput>> {
            let body = whole(request.input.body.take()).await?;
            self.reply((request.input, request.headers, body), writing::put).await
        }

        async fn copy_object(&self, request: S3Request<dto::CopyObjectInput>) -> S3Result<S3Response<dto::CopyObjectOutput>> {
            self.reply((request.input, request.headers), writing::copy).await
        }

        async fn create_multipart_upload(&self, request: S3Request<dto::CreateMultipartUploadInput>) -> S3Result<S3Response<dto::CreateMultipartUploadOutput>> {
            self.reply((request.input, request.headers), multipart::create).await
        }

        async fn upload_part(&self, mut request: S3Request<dto::UploadPartInput>) -> S3Result<S3Response<dto::UploadPartOutput>> {
            let body = whole(request.input.body.take()).await?;
            self.reply((request.input, request.headers, body), multipart::put_part).await
        }
    }

    list_buckets: ListBucketsInput, ListBucketsOutput, listing::buckets;
    create_bucket: CreateBucketInput, CreateBucketOutput, writing::create_bucket;
    head_bucket: HeadBucketInput, HeadBucketOutput, reading::head_bucket;
    get_bucket_location: GetBucketLocationInput, GetBucketLocationOutput, reading::location;
    get_bucket_versioning: GetBucketVersioningInput, GetBucketVersioningOutput, reading::versioning;
    put_bucket_versioning: PutBucketVersioningInput, PutBucketVersioningOutput, writing::put_versioning;
    get_object_tagging: GetObjectTaggingInput, GetObjectTaggingOutput, tags::object_tags;
    delete_object: DeleteObjectInput, DeleteObjectOutput, writing::delete;
    delete_objects: DeleteObjectsInput, DeleteObjectsOutput, writing::delete_many;
    list_objects: ListObjectsInput, ListObjectsOutput, listing::objects;
    list_objects_v2: ListObjectsV2Input, ListObjectsV2Output, listing::objects_v2;
    list_object_versions: ListObjectVersionsInput, ListObjectVersionsOutput, listing::versions;
    upload_part_copy: UploadPartCopyInput, UploadPartCopyOutput, multipart::copy_part;
    complete_multipart_upload: CompleteMultipartUploadInput, CompleteMultipartUploadOutput, multipart::complete;
    abort_multipart_upload: AbortMultipartUploadInput, AbortMultipartUploadOutput, multipart::abort;
    list_parts: ListPartsInput, ListPartsOutput, multipart::parts;
    list_multipart_uploads: ListMultipartUploadsInput, ListMultipartUploadsOutput, multipart::uploads;
    put_bucket_encryption: PutBucketEncryptionInput, PutBucketEncryptionOutput, settings::put_encryption;
    get_bucket_encryption: GetBucketEncryptionInput, GetBucketEncryptionOutput, settings::encryption;
    delete_bucket_encryption: DeleteBucketEncryptionInput, DeleteBucketEncryptionOutput, settings::delete_encryption;
    put_public_access_block: PutPublicAccessBlockInput, PutPublicAccessBlockOutput, settings::put_public_access;
    get_public_access_block: GetPublicAccessBlockInput, GetPublicAccessBlockOutput, settings::public_access;
    delete_public_access_block: DeletePublicAccessBlockInput, DeletePublicAccessBlockOutput, settings::delete_public_access;
    put_bucket_ownership_controls: PutBucketOwnershipControlsInput, PutBucketOwnershipControlsOutput, settings::put_ownership;
    get_bucket_ownership_controls: GetBucketOwnershipControlsInput, GetBucketOwnershipControlsOutput, settings::ownership;
    delete_bucket_ownership_controls: DeleteBucketOwnershipControlsInput, DeleteBucketOwnershipControlsOutput, settings::delete_ownership;
    put_bucket_lifecycle_configuration: PutBucketLifecycleConfigurationInput, PutBucketLifecycleConfigurationOutput, settings::put_lifecycle;
    get_bucket_lifecycle_configuration: GetBucketLifecycleConfigurationInput, GetBucketLifecycleConfigurationOutput, settings::lifecycle;
    delete_bucket_lifecycle: DeleteBucketLifecycleInput, DeleteBucketLifecycleOutput, settings::delete_lifecycle;
    put_bucket_tagging: PutBucketTaggingInput, PutBucketTaggingOutput, settings::put_bucket_tags;
    get_bucket_tagging: GetBucketTaggingInput, GetBucketTaggingOutput, settings::bucket_tags;
    delete_bucket_tagging: DeleteBucketTaggingInput, DeleteBucketTaggingOutput, settings::delete_bucket_tags;
    put_bucket_policy: PutBucketPolicyInput, PutBucketPolicyOutput, settings::put_policy;
    get_bucket_policy: GetBucketPolicyInput, GetBucketPolicyOutput, settings::policy;
    get_bucket_policy_status: GetBucketPolicyStatusInput, GetBucketPolicyStatusOutput, settings::policy_status;
    delete_bucket_policy: DeleteBucketPolicyInput, DeleteBucketPolicyOutput, settings::delete_policy;
    put_bucket_acl: PutBucketAclInput, PutBucketAclOutput, acl::put_bucket_acl;
    get_bucket_acl: GetBucketAclInput, GetBucketAclOutput, acl::bucket_acl;
    put_object_acl: PutObjectAclInput, PutObjectAclOutput, acl::put_object_acl;
    get_object_acl: GetObjectAclInput, GetObjectAclOutput, acl::object_acl;
    get_bucket_cors: GetBucketCorsInput, GetBucketCorsOutput, settings::cors;
    get_bucket_website: GetBucketWebsiteInput, GetBucketWebsiteOutput, settings::website;
    get_bucket_replication: GetBucketReplicationInput, GetBucketReplicationOutput, settings::replication;
    get_object_lock_configuration: GetObjectLockConfigurationInput, GetObjectLockConfigurationOutput, settings::object_lock;
    get_bucket_accelerate_configuration: GetBucketAccelerateConfigurationInput, GetBucketAccelerateConfigurationOutput, settings::acceleration;
    get_bucket_logging: GetBucketLoggingInput, GetBucketLoggingOutput, settings::logging;
    get_bucket_notification_configuration: GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput, settings::notification;
    get_bucket_request_payment: GetBucketRequestPaymentInput, GetBucketRequestPaymentOutput, settings::request_payment;
    put_object_tagging: PutObjectTaggingInput, PutObjectTaggingOutput, tags::put_object_tags;
    delete_object_tagging: DeleteObjectTaggingInput, DeleteObjectTaggingOutput, tags::delete_object_tags;
    get_object_attributes: GetObjectAttributesInput, GetObjectAttributesOutput, tags::object_attributes;
}
