//! A data folder of a test.

use signer_folder::{DataFolder, FolderError};
use signer_objects::Objects;
use std::path::PathBuf;
use std::sync::Arc;

use crate::server::OWNER;

/// A folder of a test, gone with it.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("objects-{name}"));
        let _ = std::fs::remove_dir_all(&path);
        // Objects are made after keys.
        std::fs::create_dir_all(path.join("keys")).expect("a folder");
        for name in ["keys/secret.key", "keys/root.pem"] {
            std::fs::write(path.join(name), "").expect("it can be written");
        }
        Self(path)
    }

    /// The store of the folder, as a start finds it.
    pub(crate) fn open(&self) -> Result<Objects, FolderError> {
        let folder = Arc::new(DataFolder::open(&self.0)?);
        Objects::look(&folder, OWNER)?.begin(&folder, Some(1))
    }

    /// How many contents it holds.
    pub(crate) fn files(&self) -> usize {
        std::fs::read_dir(self.0.join("objects")).expect("the folder of the contents").count()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
