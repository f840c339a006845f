//! What a signature is here: an envelope, a signed archive, or a JSON document, as the platform has it.
//!
//! - `envelope`: what `SignPayload` answers with, a flattened JWS as `notation` has it.
//! - `archive`: what a Lambda job writes, the zip that came with one more entry, which holds a CMS signature (`cms`).
//! - `document`: what the jobs of `IoT` and `FreeRTOS` write, a JSON document.
//! - `authority`: the certificate chain of the first two; `keys`: where all keys come from;
//!   `certificates`: the customer's own, for devices.
//!
//! Keys and certificates are made when they are first needed, so that a server that signs nothing costs nothing.

mod archive;
pub(crate) mod authority;
mod certificates;
mod cms;
pub(crate) mod document;
mod envelope;
mod keys;

use crate::config::Config;
use crate::freedoms::Freedoms;
use crate::service::StartError;
use crate::store::{Job, is_lambda};
pub(crate) use archive::ArchivePlan;
use authority::Authority;
use certificates::Certificates;
pub(crate) use document::DocumentPlan;
pub(crate) use envelope::EnvelopePlan;
use jiff::Timestamp;
use keys::{DeviceKeys, RsaSource};
use signer_folder::{DataFolder, FolderError, ROOT, SECRET};
use std::fmt;
use std::sync::Arc;

/// Signs for one server.
pub struct Signer {
    freedoms: Freedoms,
    pub(crate) authority: Authority,
    certificates: Certificates,
    device_keys: DeviceKeys,
}

/// Why something was not signed, in words for the job's `statusReason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned(pub String);

impl fmt::Display for Unsigned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<FolderError> for Unsigned {
    fn from(error: FolderError) -> Self {
        Self(format!("Signing failed: {error}"))
    }
}

impl From<der::Error> for Unsigned {
    fn from(error: der::Error) -> Self {
        Self(format!("Signing failed: {error}"))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Signer")
    }
}

impl Signer {
    /// A signer with keys of its own, the same ones for the same seed.
    pub fn new(config: &Config) -> Self {
        let source = if config.seed.is_some() { RsaSource::Known } else { RsaSource::Process };
        Self::of(config, keys::Secret::new(config.seed), source)
    }

    /// A signer with the keys and the root of a data folder, which are made there if they are not.
    pub(crate) fn kept(config: &Config, folder: &Arc<DataFolder>) -> Result<Self, StartError> {
        let fresh = || Ok::<_, StartError>(keys::Secret::new(config.seed).to_hex());
        let (secret, file) = folder.kept(SECRET, fresh)?;
        let secret = keys::Secret::from_hex(secret.trim_end());
        let secret = secret.ok_or_else(|| FolderError::damaged(&file, "it does not hold 64 hexadecimal digits"))?;
        keys::check(folder, &secret)?;
        folder.bind(secret.bond());
        let signer = Self::of(config, secret, RsaSource::Folder(Arc::clone(folder)));
        let (root, file) = folder.kept(ROOT, || Ok::<_, StartError>(signer.root_pem(config.clock.now())?))?;
        signer.authority.keep_root(&root).map_err(|unsigned| FolderError::damaged(&file, unsigned))?;
        Ok(signer)
    }

    fn of(config: &Config, secret: keys::Secret, source: RsaSource) -> Self {
        Self {
            freedoms: config.freedoms.clone(),
            authority: Authority::new(secret.clone()),
            certificates: Certificates::new(config.certificates.clone()),
            device_keys: DeviceKeys::new(secret, source),
        }
    }

    /// The certificate at the root of every chain, as PEM. It is made at `now`, if it is not there yet.
    pub fn root_pem(&self, now: Timestamp) -> Result<String, Unsigned> {
        self.authority.root_pem(now)
    }

    /// The envelope over a payload that a job has signed.
    pub fn envelope(&self, job: &Job, payload: &[u8]) -> Result<Vec<u8>, Unsigned> {
        self.plan_envelope(job, payload)?.sign()
    }

    /// The object that a job writes.
    pub fn signed_object(&self, job: &Job, source: &[u8]) -> Result<Vec<u8>, Unsigned> {
        self.plan_object(job, source)?.sign()
    }

    /// What the envelope over a payload will be.
    pub(crate) fn plan_envelope<'a>(&'a self, job: &'a Job, payload: &'a [u8]) -> Result<Plan<'a>, Unsigned> {
        EnvelopePlan::of(self, job, payload).map(Plan::Envelope)
    }

    /// What the object that a job writes will be.
    pub(crate) fn plan_object<'a>(&'a self, job: &'a Job, source: &'a [u8]) -> Result<Plan<'a>, Unsigned> {
        if is_lambda(job.platform) {
            return ArchivePlan::of(self, job, source).map(Box::new).map(Plan::Archive);
        }
        Ok(Plan::Document(DocumentPlan::of(self, job, source)))
    }
}

/// What will be signed, with what, and what will be written: a value, until it is signed.
pub(crate) enum Plan<'a> {
    Envelope(EnvelopePlan),
    Archive(Box<ArchivePlan<'a>>),
    Document(DocumentPlan<'a>),
}

impl Plan<'_> {
    /// What comes of it.
    pub(crate) fn sign(self) -> Result<Vec<u8>, Unsigned> {
        match self {
            Self::Envelope(plan) => Ok(plan.seal()),
            Self::Archive(plan) => plan.sign(),
            Self::Document(plan) => plan.sign(),
        }
    }
}
