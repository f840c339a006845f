//! A small S3 to embed: buckets, objects in versions, uploads in parts, in memory or in a data folder.
//!
//! It is the S3 of a local Signer, which keeps the sources and the results of signing jobs there, and it
//! knows nothing of signing: neither the API of AWS Signer nor Signature Version 4. Who calls, and in which
//! Region, is known before a call comes here.
//!
//! - [`Objects`] is the store. It is cheap to clone, and every clone is the same store. [`Objects::of`] gives
//!   what one account may do there: all with its own buckets, and with others what their policies grant.
//! - [`s3::Endpoint`] is the store behind the protocol of S3, as a function from a request to a response.
//! - [`Depot`] is what signing jobs use: this store, or an S3 elsewhere ([`Remote`]).
//!
//! ```
//! use http::Request;
//! use signer_objects::s3::Endpoint;
//! use signer_objects::{Asker, Attributes, Objects, Versioning};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let objects = Objects::in_memory(Some(1));
//! let owner = Asker { account: "111122223333", region: "us-east-1" };
//! let now = "2026-01-02T03:04:05Z".parse()?;
//!
//! // In the process …
//! let access = objects.of(owner);
//! access.create_bucket("sources", Versioning::Enabled, now)?;
//! let first = access.put("sources", "code.zip", "one".into(), Attributes::default(), now)?;
//! access.put("sources", "code.zip", "two".into(), Attributes::default(), now)?;
//! let found = access.get("sources", "code.zip", Some(&first.id))?;
//! let content = found.object.as_ref().map(|object| object.content.read_all()).transpose()?;
//! assert_eq!(content.as_deref(), Some("one".as_bytes()));
//!
//! // … and as a request of S3.
//! let endpoint = Endpoint { objects: objects.clone(), versioning: Versioning::Enabled };
//! let request = Request::get("/sources/code.zip").body("".into())?;
//! let response = endpoint.serve(owner, request, now).await;
//! assert_eq!(response.status(), 200);
//! assert_eq!(response.headers()["etag"], "\"b8a9f715dbb64fd5c56e7783c6820a61\"");
//! # Ok(())
//! # }
//! ```
//!
//! Inside, `index` says where everything is, `content` holds the bytes, and `index_file` keeps the index on
//! disk, in `rows`. Calls that read or write contents wait for the disk, so an asynchronous caller makes them
//! where it may block.

mod access;
mod asker;
mod bucket;
mod buckets;
mod change;
mod content;
mod depot;
mod etag;
mod failure;
mod index;
mod index_file;
mod listing;
mod parts;
mod policy;
mod remote;
mod rows;
pub mod s3;
mod settings;
mod store;
mod uploads;
mod version;
mod versions;
pub mod xml;

pub use access::Access;
pub use asker::Asker;
pub use bucket::{BucketInfo, Versioning};
pub use content::Content;
pub use depot::Depot;
pub use failure::Failure;
pub use listing::{Entry, Listing, Page, Position};
pub use parts::{Part, Upload};
pub use remote::Remote;
pub use settings::{Setting, Settings};
pub use store::{Found, Objects};
pub use version::{Attributes, Checksum, NULL_VERSION, Object, Version};
pub use versions::Deleted;
