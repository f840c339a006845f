"""boto3 beside the S3 on the Signer's port, as boto3 uses it by default: checksums, chunks, parts, versions, pages."""

import hashlib
import json
import os
import unittest
import urllib.error
import urllib.request

import botocore.exceptions
from boto3.s3.transfer import TransferConfig

import local

MEGABYTE = 1024 * 1024
BUCKET = "any-objects"

s3 = local.client("s3")


def setUpModule():
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})


class Objects(unittest.TestCase):
    def test_versions_and_metadata(self):
        first = s3.put_object(Bucket=BUCKET, Key="a folder/ä.txt", Body=b"one")
        second = s3.put_object(
            Bucket=BUCKET, Key="a folder/ä.txt", Body=b"two", Metadata={"team": "blue"}, ContentType="text/plain"
        )
        self.assertEqual(second["ETag"], f'"{hashlib.md5(b"two").hexdigest()}"')
        self.assertNotEqual(first["VersionId"], second["VersionId"])
        got = s3.get_object(Bucket=BUCKET, Key="a folder/ä.txt")
        self.assertEqual((got["Body"].read(), got["Metadata"], got["ContentType"]), (b"two", {"team": "blue"}, "text/plain"))
        older = s3.get_object(Bucket=BUCKET, Key="a folder/ä.txt", VersionId=first["VersionId"])
        self.assertEqual(older["Body"].read(), b"one")
        self.assertEqual(s3.head_object(Bucket=BUCKET, Key="a folder/ä.txt")["ContentLength"], 3)
        self.assertEqual(s3.get_object(Bucket=BUCKET, Key="a folder/ä.txt", Range="bytes=1-")["Body"].read(), b"wo")
        s3.copy_object(
            Bucket=BUCKET, Key="a copy", CopySource={"Bucket": BUCKET, "Key": "a folder/ä.txt", "VersionId": first["VersionId"]}
        )
        self.assertEqual(s3.get_object(Bucket=BUCKET, Key="a copy")["Body"].read(), b"one")
        s3.delete_object(Bucket=BUCKET, Key="a folder/ä.txt")
        with self.assertRaises(s3.exceptions.NoSuchKey):
            s3.get_object(Bucket=BUCKET, Key="a folder/ä.txt")
        older = s3.get_object(Bucket=BUCKET, Key="a folder/ä.txt", VersionId=first["VersionId"])
        self.assertEqual(older["Body"].read(), b"one")

    def test_a_large_file_in_parts(self):
        content = os.urandom(11 * MEGABYTE)
        transfer = TransferConfig(multipart_threshold=5 * MEGABYTE, multipart_chunksize=5 * MEGABYTE)
        path = os.path.join(os.environ["SIGNER_FOLDER"], "large")
        with open(path, "wb") as file:
            file.write(content)
        s3.upload_file(path, BUCKET, "large", Config=transfer)
        self.assertEqual(s3.head_object(Bucket=BUCKET, Key="large")["ContentLength"], len(content))
        s3.download_file(BUCKET, "large", path + ".back", Config=transfer)
        with open(path + ".back", "rb") as file:
            self.assertEqual(file.read(), content)

    def test_lists_in_pages(self):
        keys = sorted(f"many/{number:02}/x" for number in range(12))
        for key in keys:
            s3.put_object(Bucket=BUCKET, Key=key, Body=b".")
        pages = list(
            s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="many/", PaginationConfig={"PageSize": 5})
        )
        self.assertEqual([len(page["Contents"]) for page in pages], [5, 5, 2])
        self.assertEqual([each["Key"] for page in pages for each in page["Contents"]], keys)
        folders = s3.list_objects_v2(Bucket=BUCKET, Prefix="many/", Delimiter="/")
        self.assertEqual([each["Prefix"] for each in folders["CommonPrefixes"]], [key.removesuffix("x") for key in keys])

    def test_an_address_signed_beforehand(self):
        s3.put_object(Bucket=BUCKET, Key="presigned", Body=b"for whoever has the address")
        # Left to itself, boto3 signs addresses with version 2 here.
        modern = local.client("s3", signature_version="s3v4")
        wanted = {"Bucket": BUCKET, "Key": "presigned"}
        with urllib.request.urlopen(modern.generate_presigned_url("get_object", wanted, ExpiresIn=60), timeout=30) as answer:
            self.assertEqual(answer.read(), b"for whoever has the address")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(s3.generate_presigned_url("get_object", wanted, ExpiresIn=60), timeout=30)
        self.assertEqual(caught.exception.code, 403)

    def test_what_is_not_there(self):
        with self.assertRaises(s3.exceptions.NoSuchBucket):
            s3.get_object(Bucket="nobody-has-it", Key="a")
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            s3.head_object(Bucket=BUCKET, Key="nobody-has-it")
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 404)


class SetUp(unittest.TestCase):
    """What scripts set on a bucket before they sign, and what tools read of it."""

    def refused(self, code, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def test_a_private_encrypted_tagged_bucket(self):
        bucket = "set-up"
        s3.create_bucket(Bucket=bucket)
        rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]
        block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
        controls = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        lifecycle = {"Rules": [{"ID": "old", "Filter": {"Prefix": "a/"}, "Status": "Enabled", "Expiration": {"Days": 7}}]}
        policy = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [policy | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})
        tags = {"TagSet": [{"Key": "team", "Value": "blue"}]}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=lifecycle)
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)
        s3.put_bucket_tagging(Bucket=bucket, Tagging=tags)
        s3.put_bucket_acl(Bucket=bucket, ACL="private")
        self.assertEqual(s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"], rules)
        self.assertEqual(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"], block)
        self.assertEqual(s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"], controls)
        self.assertEqual(s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"], lifecycle["Rules"])
        self.assertEqual(s3.get_bucket_policy(Bucket=bucket)["Policy"], policy)
        self.assertFalse(s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"])
        self.assertEqual(s3.get_bucket_tagging(Bucket=bucket)["TagSet"], tags["TagSet"])
        self.assertEqual(s3.get_bucket_acl(Bucket=bucket)["Grants"][0]["Permission"], "FULL_CONTROL")
        s3.put_object(Bucket=bucket, Key="k", Body=b"text", Tagging="a=b")
        self.assertEqual(s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"], [{"Key": "a", "Value": "b"}])
        s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tags)
        self.assertEqual(s3.get_object(Bucket=bucket, Key="k")["TagCount"], 1)
        told = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ETag", "Checksum", "ObjectSize"])
        self.assertEqual((told["ObjectSize"], len(told["Checksum"]["ChecksumCRC32"])), (4, 8))
        for forget in (s3.delete_bucket_encryption, s3.delete_public_access_block, s3.delete_bucket_ownership_controls):
            forget(Bucket=bucket)
        for forget in (s3.delete_bucket_lifecycle, s3.delete_bucket_policy, s3.delete_bucket_tagging):
            forget(Bucket=bucket)

    def test_what_is_not_set(self):
        s3.create_bucket(Bucket="bare")
        for code, call in (
            ("NoSuchPublicAccessBlockConfiguration", s3.get_public_access_block),
            ("OwnershipControlsNotFoundError", s3.get_bucket_ownership_controls),
            ("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration),
            ("NoSuchBucketPolicy", s3.get_bucket_policy),
            ("NoSuchTagSet", s3.get_bucket_tagging),
            ("NoSuchCORSConfiguration", s3.get_bucket_cors),
            ("NoSuchWebsiteConfiguration", s3.get_bucket_website),
            ("ReplicationConfigurationNotFoundError", s3.get_bucket_replication),
            ("ObjectLockConfigurationNotFoundError", s3.get_object_lock_configuration),
        ):
            self.refused(code, call, Bucket="bare")
        for call in (s3.get_bucket_accelerate_configuration, s3.get_bucket_logging, s3.get_bucket_notification_configuration):
            self.assertEqual(call(Bucket="bare")["ResponseMetadata"]["HTTPStatusCode"], 200)
        self.assertEqual(s3.get_bucket_request_payment(Bucket="bare")["Payer"], "BucketOwner")

    def test_accounts_and_regions(self):
        other = local.client("s3", local.OTHER_KEYS)
        self.refused("AccessDenied", other.list_objects_v2, Bucket=BUCKET)
        self.refused("BucketAlreadyExists", other.create_bucket, Bucket=BUCKET)
        self.assertNotIn(BUCKET, [each["Name"] for each in other.list_buckets()["Buckets"]])
        s3.create_bucket(Bucket="in-europe", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.assertEqual(s3.get_bucket_location(Bucket="in-europe")["LocationConstraint"], "eu-west-1")
        self.assertEqual(s3.head_bucket(Bucket="in-europe")["BucketRegion"], "eu-west-1")
        s3.put_object(Bucket="in-europe", Key="k", Body=b"served from here all the same")

    def test_keys_that_xml_cannot_write(self):
        s3.create_bucket(Bucket="strange-keys")
        keys = ["a\x01b", "c\rd", "e\uffff", "f&<g>"]
        for key in keys:
            s3.put_object(Bucket="strange-keys", Key=key, Body=b".")
        self.assertEqual([each["Key"] for each in s3.list_objects_v2(Bucket="strange-keys")["Contents"]], keys)
        self.assertEqual(len(s3.list_object_versions(Bucket="strange-keys")["Versions"]), len(keys))


if __name__ == "__main__":
    unittest.main()
