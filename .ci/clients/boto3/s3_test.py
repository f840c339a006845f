"""boto3 beside the S3 on the Signer's port, as boto3 uses it by default: checksums, chunks, parts, versions, pages."""

import hashlib
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


if __name__ == "__main__":
    unittest.main()
