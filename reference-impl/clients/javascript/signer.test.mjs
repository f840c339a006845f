// The AWS SDK for JavaScript beside a local Signer.
import assert from "node:assert/strict";
import { randomBytes, verify, X509Certificate } from "node:crypto";
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { lookup } from "node:dns";
import { Agent } from "node:http";
import { after, before, test } from "node:test";
import * as sdk from "@aws-sdk/client-signer";
import { CreateBucketCommand, GetObjectCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const OWNER = "111122223333";
const OTHER = "444455556666";
const LAMBDA = "AWSLambda-SHA384-ECDSA";
const NOTATION = "Notation-OCI-SHA384-ECDSA";
const PAYLOAD_FORMAT = "application/vnd.cncf.notary.payload.v1+json";
const PAYLOAD = Buffer.from(JSON.stringify({ targetArtifact: { mediaType: "text/plain", digest: `sha256:${"0".repeat(64)}`, size: 1 } }));
// An archive with `index.js` in it.
const ARCHIVE = Buffer.from(
  "UEsDBBQAAAAAAAAAIQDVz+jyIQAAACEAAAAIAAAAaW5kZXguanNleHBvcnRzLmhhbmRsZXIgPSBhc3luYyAoKSA9PiAxOwpQSwECFAMUAAAAAAAA" +
    "ACEA1c/o8iEAAAAhAAAACAAAAAAAAAAAAAAAgAEAAAAAaW5kZXguanNQSwUGAAAAAAEAAQA2AAAARwAAAAAA",
  "base64",
);

const { SIGNER_URL, SIGNER_ROOT, SIGNER_FOLDER, AWS_REGION, OTHER_ACCESS_KEY_ID, OTHER_SECRET_ACCESS_KEY } = process.env;
const other = { accessKeyId: OTHER_ACCESS_KEY_ID, secretAccessKey: OTHER_SECRET_ACCESS_KEY };
const local = { endpoint: SIGNER_URL, region: AWS_REGION, maxAttempts: 1 };
const client = new sdk.SignerClient({ ...local, disableHostPrefix: true });
const stranger = new sdk.SignerClient({ ...local, disableHostPrefix: true, credentials: other });
const s3 = new S3Client({ ...local, forcePathStyle: true });

const answered = new Set();
for (const each of [client, stranger]) {
  const record = (next, { commandName }) => async (given) => {
    const result = await next(given);
    answered.add(commandName);
    return result;
  };
  each.middlewareStack.add(record, { step: "initialize", name: "record" });
}

const fresh = () => `javascript_${randomBytes(4).toString("hex")}`;
const profileArn = (name) => `arn:aws:signer:${AWS_REGION}:${OWNER}:/signing-profiles/${name}`;
const jobArn = (id) => `arn:aws:signer:${AWS_REGION}:${OWNER}:/signing-jobs/${id}`;

async function profile(platformId, more = {}) {
  const profileName = fresh();
  return { profileName, ...(await client.send(new sdk.PutSigningProfileCommand({ profileName, platformId, ...more }))) };
}

const sign = (profileName, by = client, more = {}) =>
  by.send(new sdk.SignPayloadCommand({ profileName, payload: PAYLOAD, payloadFormat: PAYLOAD_FORMAT, ...more }));

const start = (profileName, version, key = "code.zip") =>
  client.send(
    new sdk.StartSigningJobCommand({
      profileName,
      source: { s3: { bucketName: "sources", key, version } },
      destination: { s3: { bucketName: "results", prefix: "signed/" } },
    }),
  );

async function upload(key, Body, more = {}) {
  return (await s3.send(new PutObjectCommand({ Bucket: "sources", Key: key, Body, ...more }))).VersionId;
}

// The parts of an envelope whose signature and chain hold.
function opened(signature) {
  const envelope = JSON.parse(Buffer.from(signature).toString());
  const chain = envelope.header.x5c.map((der) => new X509Certificate(Buffer.from(der, "base64")));
  assert.equal(chain.length, 4);
  chain.forEach((certificate, index) => assert.ok(certificate.verify((chain[index + 1] ?? certificate).publicKey), certificate.subject));
  assert.equal(chain[3].fingerprint512, new X509Certificate(readFileSync(SIGNER_ROOT)).fingerprint512);
  const signed = Buffer.from(`${envelope.protected}.${envelope.payload}`);
  const key = { key: chain[0].publicKey, dsaEncoding: "ieee-p1363" };
  assert.ok(verify("sha384", signed, key, Buffer.from(envelope.signature, "base64url")), "the signature does not hold");
  return { attributes: JSON.parse(Buffer.from(envelope.protected, "base64url")), payload: Buffer.from(envelope.payload, "base64url") };
}

// The revoked among the job, the profile version and the certificate of an envelope.
async function revoked(attributes, by = client) {
  const command = new sdk.GetRevocationStatusCommand({
    signatureTimestamp: new Date(attributes["io.cncf.notary.authenticSigningTime"]),
    platformId: NOTATION,
    profileVersionArn: attributes["com.amazonaws.signer.signingProfileVersion"],
    jobArn: attributes["com.amazonaws.signer.signingJob"],
    certificateHashes: ["0".repeat(192)],
  });
  return (await by.send(command)).revokedEntities;
}

async function refused(kind, status, sent) {
  await assert.rejects(sent, (error) => {
    assert.ok(error instanceof kind, `${error.name} instead of ${kind.name}`);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.ok(error.$metadata.requestId && error.message);
    return true;
  });
}

before(async () => {
  for (const Bucket of ["sources", "results"]) await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: "sources", VersioningConfiguration: { Status: "Enabled" } }));
});

after(() => {
  const commands = Object.keys(sdk).filter((name) => name.endsWith("Command") && name !== "$Command");
  assert.equal(commands.length, 19);
  assert.deepEqual(commands.filter((name) => !answered.has(name)), [], "commands that were not answered");
});

test("a function is signed, and the waiter tells when", async () => {
  const { profileName, profileVersion } = await profile(LAMBDA, { signatureValidityPeriod: { value: 2, type: "YEARS" } });
  const version = await upload("code.zip", ARCHIVE);
  const { jobId, jobOwner } = await start(profileName, version);
  assert.equal(jobOwner, OWNER);
  const first = await client.send(new sdk.DescribeSigningJobCommand({ jobId }));
  // It has most probably not ended yet; what it says fits together in any case.
  assert.equal(first.status === "InProgress", first.completedAt === undefined);
  const waited = await sdk.waitUntilSuccessfulSigningJob({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { jobId });
  assert.equal(waited.state, "SUCCESS");
  const job = await client.send(new sdk.DescribeSigningJobCommand({ jobId }));
  assert.equal(job.status, "Succeeded");
  assert.equal(job.profileVersion, profileVersion);
  assert.ok(job.createdAt instanceof Date && job.completedAt >= job.createdAt && Math.abs(Date.now() - job.createdAt) < 60_000);
  assert.equal(job.signatureExpiresAt.getUTCFullYear(), job.createdAt.getUTCFullYear() + 2);
  assert.deepEqual(job.signedObject, { s3: { bucketName: "results", key: `signed/${jobId}.zip` } });
  const result = await s3.send(new GetObjectCommand({ Bucket: "results", Key: job.signedObject.s3.key }));
  const text = Buffer.from(await result.Body.transformToByteArray()).toString("latin1");
  const pem = /-----BEGIN PKCS7-----([^-]+)-----END PKCS7-----/.exec(text);
  assert.ok(pem && text.includes("META_INF/aws_signer_signature_v1.0.SF"), "the archive has no signature in it");
  assert.ok(Buffer.from(pem[1], "base64").includes(jobArn(jobId)), "the signature names another job");
});

test("a job that fails ends the wait and tells why", async () => {
  const { profileName } = await profile(LAMBDA);
  const { jobId } = await start(profileName, await upload("text.zip", "no archive"), "text.zip");
  const wait = sdk.waitUntilSuccessfulSigningJob({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { jobId });
  await assert.rejects(wait, /FAILURE/);
  const job = await client.send(new sdk.DescribeSigningJobCommand({ jobId }));
  assert.equal(job.status, "Failed");
  assert.match(job.statusReason, /malformed/);
  assert.equal(job.signedObject, undefined);
});

test("an upload from a stream arrives whole", async () => {
  const content = randomBytes(3 * 1024 * 1024);
  writeFileSync(`${SIGNER_FOLDER}/stream`, content);
  await upload("stream", createReadStream(`${SIGNER_FOLDER}/stream`), { ContentLength: content.length });
  const got = await s3.send(new GetObjectCommand({ Bucket: "sources", Key: "stream" }));
  assert.ok(content.equals(await got.Body.transformToByteArray()));
});

test("a payload is signed, its signature revoked, its profile revoked", async () => {
  const { profileName, profileVersion, profileVersionArn } = await profile(NOTATION);
  const { jobId, signature } = await sign(profileName);
  const { attributes, payload } = opened(signature);
  assert.ok(payload.equals(PAYLOAD));
  assert.equal(attributes["com.amazonaws.signer.signingJob"], jobArn(jobId));
  assert.deepEqual(await revoked(attributes), []);
  await client.send(new sdk.RevokeSignatureCommand({ jobId, reason: "a test" }));
  assert.deepEqual(await revoked(attributes), [jobArn(jobId)]);
  const record = (await client.send(new sdk.DescribeSigningJobCommand({ jobId }))).revocationRecord;
  assert.equal(record.reason, "a test");
  assert.ok(record.revokedAt instanceof Date);
  const effectiveTime = new Date("2026-01-01T00:00:00Z");
  await client.send(new sdk.RevokeSigningProfileCommand({ profileName, profileVersion, reason: "a test", effectiveTime }));
  assert.deepEqual(new Set(await revoked(attributes)), new Set([jobArn(jobId), profileVersionArn]));
  const got = await client.send(new sdk.GetSigningProfileCommand({ profileName }));
  assert.equal(got.status, "Revoked");
  assert.deepEqual(got.revocationRecord.revocationEffectiveFrom, effectiveTime);
  await refused(sdk.ValidationException, 400, sign(profileName));
});

test("the host prefix is no obstacle where the name leads here", async () => {
  const asked = [];
  const agent = new Agent({
    lookup: (name, options, done) => {
      asked.push(name);
      lookup("127.0.0.1", options, done);
    },
  });
  const endpoint = SIGNER_URL.replace("127.0.0.1", "signer.test");
  const prefixed = new sdk.SignerClient({ ...local, endpoint, requestHandler: { httpAgent: agent } });
  const { profileName } = await profile(NOTATION);
  const { jobId, signature } = await sign(profileName);
  await client.send(new sdk.RevokeSignatureCommand({ jobId, reason: "a test" }));
  assert.deepEqual(await revoked(opened(signature).attributes, prefixed), [jobArn(jobId)]);
  assert.deepEqual(asked, ["data-signer.test"]);
});

test("pages hold each item once", async () => {
  const names = new Set();
  for (let made = 0; made < 7; made++) names.add((await profile(NOTATION)).profileName);
  const [canceled] = names;
  await client.send(new sdk.CancelSigningProfileCommand({ profileName: canceled }));
  const listed = [];
  for await (const page of sdk.paginateListSigningProfiles({ client, pageSize: 2 }, { statuses: ["Active"], platformId: NOTATION })) {
    assert.ok(page.profiles.length <= 2);
    listed.push(...page.profiles.map((each) => each.profileName));
  }
  assert.equal(new Set(listed).size, listed.length);
  assert.deepEqual([...names].filter((name) => !listed.includes(name)), [canceled]);
  const jobs = [];
  const made = [];
  for (let number = 0; number < 5; number++) made.push((await sign([...names][1])).jobId);
  for await (const page of sdk.paginateListSigningJobs({ client, pageSize: 2 }, { status: "Succeeded", platformId: NOTATION })) {
    jobs.push(...page.jobs.map((each) => each.jobId));
  }
  assert.deepEqual(made.filter((id) => !jobs.includes(id)), []);
  const platforms = [];
  for await (const page of sdk.paginateListSigningPlatforms({ client, pageSize: 1 }, {})) platforms.push(...page.platforms);
  const { $metadata, ...alone } = await client.send(new sdk.GetSigningPlatformCommand({ platformId: LAMBDA }));
  assert.equal($metadata.httpStatusCode, 200);
  assert.deepEqual(platforms.find((each) => each.platformId === LAMBDA), alone);
});

test("another account signs once it may", async () => {
  const { profileName } = await profile(NOTATION);
  const foreign = () => sign(profileName, stranger, { profileOwner: OWNER });
  await refused(sdk.AccessDeniedException, 403, foreign());
  const grant = { profileName, action: "signer:SignPayload", principal: OTHER, statementId: "sign" };
  const { revisionId } = await client.send(new sdk.AddProfilePermissionCommand(grant));
  assert.equal((await foreign()).jobOwner, OWNER);
  const listed = await client.send(new sdk.ListProfilePermissionsCommand({ profileName }));
  assert.equal(listed.revisionId, revisionId);
  assert.deepEqual(listed.permissions.map((each) => each.statementId), ["sign"]);
  const remove = (revision) => client.send(new sdk.RemoveProfilePermissionCommand({ profileName, statementId: "sign", revisionId: revision }));
  await refused(sdk.ConflictException, 409, remove("stale"));
  await remove(revisionId);
  await refused(sdk.AccessDeniedException, 403, foreign());
});

test("tags come and go", async () => {
  const { arn: resourceArn } = await profile(LAMBDA, { tags: { team: "blue" } });
  await client.send(new sdk.TagResourceCommand({ resourceArn, tags: { "cost:center": "42", team: "red" } }));
  await client.send(new sdk.UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
  assert.deepEqual((await client.send(new sdk.ListTagsForResourceCommand({ resourceArn }))).tags, { "cost:center": "42" });
});

test("errors are of their own classes", async () => {
  const send = (command) => client.send(command);
  const absent = { profileName: "nobody_has_it" };
  await refused(sdk.ResourceNotFoundException, 404, send(new sdk.GetSigningProfileCommand(absent)));
  await refused(sdk.ResourceNotFoundException, 404, send(new sdk.DescribeSigningJobCommand({ jobId: "nobody-has-it" })));
  await refused(sdk.NotFoundException, 404, send(new sdk.ListTagsForResourceCommand({ resourceArn: profileArn("nobody_has_it") })));
  await refused(sdk.BadRequestException, 400, send(new sdk.ListTagsForResourceCommand({ resourceArn: "not-an-arn" })));
  const { profileName } = await profile(LAMBDA);
  await refused(sdk.ValidationException, 400, send(new sdk.PutSigningProfileCommand({ profileName, platformId: LAMBDA })));
  const wrong = new sdk.SignerClient({ ...local, credentials: { ...other, secretAccessKey: "not-the-secret" } });
  await assert.rejects(wrong.send(new sdk.ListSigningProfilesCommand({})), { name: "InvalidSignatureException" });
  const unknown = new sdk.SignerClient({ ...local, credentials: { ...other, accessKeyId: "AKIDNOBODY00000000" } });
  await assert.rejects(unknown.send(new sdk.ListSigningProfilesCommand({})), { name: "UnrecognizedClientException" });
});
