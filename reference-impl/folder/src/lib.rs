//! The data folder of a local Signer: what lets a server go on where it ended, however it ended.
//!
//! ```text
//! DIR/lock                 held by the one server that may use the folder; lists the files that belong to it
//! DIR/signer.redb          profiles and jobs: one row each, as JSON, by Region; and the version of the schema
//! DIR/keys/secret.key      what all keys are derived from, in hexadecimal
//! DIR/keys/root.pem        the root certificate
//! DIR/keys/rsa.pem         the RSA key of devices, once one was needed
//! DIR/objects.redb, objects/  buckets and objects: see `signer-objects`
//! DIR/certificates/         the customer's certificates, which nobody writes here: see `signer_reference::signing`
//! ```
//!
//! A folder belongs to one server at a time. A start looks at everything before it writes anything: a folder
//! that is damaged is named and left as it is. Only their owner may read the files. What is written in them
//! is the business of those who write it: the Signer and its objects, which know this crate and not the other
//! way round.
//!
//! ```
//! use signer_folder::{DataFolder, FolderError};
//!
//! let path = std::env::temp_dir().join(format!("signer-folder-{}", std::process::id()));
//! let folder = DataFolder::open(&path)?;
//! // No second server may have it.
//! assert!(matches!(DataFolder::open(&path), Err(FolderError::InUse(_))));
//! drop(folder);
//! # std::fs::remove_dir_all(&path).map_err(|error| FolderError::Io { file: path.clone(), error })?;
//! # Ok::<(), FolderError>(())
//! ```

pub mod database;
mod error;
mod files;
mod folder;

pub use error::FolderError;
pub use files::{private_file, private_folder};
pub use folder::{CONTENTS, DataFolder, OBJECTS, ROOT, RSA, SECRET, SIGNER};
