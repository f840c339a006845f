//! The keys and certificates of one server.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use signer_folder::{DataFolder, FolderError, ROOT, SECRET};

use crate::config::Config;
use crate::freedoms::chosen::Freedoms;
use crate::signing::authority::Authority;
use crate::signing::certificates::Certificates;
use crate::signing::keys;
use crate::signing::keys::{DeviceKeys, RsaSource, Secret};
use crate::signing::unsigned::Unsigned;
use crate::start::StartError;

/// Signs for one server.
pub struct Signer {
    pub(super) freedoms: Freedoms,
    pub(crate) authority: Authority,
    pub(super) certificates: Certificates,
    pub(super) device_keys: DeviceKeys,
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
        Self::of(config, Secret::new(config.seed), source)
    }

    /// A signer with the keys and the root of a data folder, which are made there if they are not.
    pub(crate) fn kept(config: &Config, folder: &Arc<DataFolder>) -> Result<Self, StartError> {
        let fresh = || Ok::<_, StartError>(Secret::new(config.seed).to_hex());
        let (secret, file) = folder.kept(SECRET, fresh)?;
        let secret = Secret::from_hex(secret.trim_end());
        let secret =
            secret.ok_or_else(|| FolderError::damaged(&file, "it does not hold 64 hexadecimal digits"))?;
        keys::check(folder, &secret)?;
        folder.bind(secret.bond());
        let signer = Self::of(config, secret, RsaSource::Folder(Arc::clone(folder)));
        let (root, file) = folder.kept(ROOT, || Ok::<_, StartError>(signer.root_pem(config.clock.now())?))?;
        signer.authority.keep_root(&root).map_err(|unsigned| FolderError::damaged(&file, unsigned))?;
        Ok(signer)
    }

    fn of(config: &Config, secret: Secret, source: RsaSource) -> Self {
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
}
