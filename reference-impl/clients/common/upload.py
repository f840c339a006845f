"""Makes the buckets `sources` and `results`, puts an archive and a text there, prints the versions: for clients without an S3 of their own."""

import local
import signed

s3 = local.client("s3")
for bucket in ("sources", "results"):
    s3.create_bucket(Bucket=bucket)
code = signed.archive_of({"index.js": "exports.handler = async () => 1;\n"})
for key, content in (("code.zip", code), ("text.zip", b"no archive")):
    print(s3.put_object(Bucket="sources", Key=key, Body=content)["VersionId"])
