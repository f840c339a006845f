//! The data folder: what lets a server go on where it ended, however it ended.
//!
//! ```text
//! DIR/lock                 held by the one server that may use the folder; lists the files that belong to it
//! DIR/signer.redb          profiles and jobs: one row each, as JSON, by Region; and the version of the schema
//! DIR/keys/secret.key      what all keys are derived from, in hexadecimal
//! DIR/keys/root.pem        the root certificate
//! DIR/keys/rsa.pem         the RSA key of devices, once one was needed
//! DIR/objects.redb, objects/  buckets and objects: see [`crate::objects`]
//! DIR/certificates/         the customer's certificates, which nobody writes here: see `signing/certificates.rs`
//! ```
//! A change is answered after it lies on the disk, and shown to nobody before. A start looks at everything before it writes
//! anything: a folder that is damaged is named and left as it is. Only their owner may read the files.

mod database;
mod file;
mod folder;
mod queue;

pub(crate) use database::{Contents, Database};
pub(crate) use file::{Schema, begin, look, open, transaction, unpanicked, unusable};
pub(crate) use folder::{CONTENTS, OBJECTS, ROOT, RSA, SECRET, private_file, private_folder};
pub use folder::{DataFolder, FolderError};
pub(crate) use queue::{Queue, Ticket};
