//! The protocol of S3, path-style: what the AWS CLI and SDKs need to bring sources and to fetch what was
//! signed.
//!
//! The crate `s3s` knows routes, headers and XML. It never sees a signature: who calls is known before a
//! request comes here, so that signatures can be checked by any clock, or not at all. A request passes two
//! steps:
//!
//! 1. [`BodyForm`] reads from the headers how the body was sent, and unpacks it once it has come.
//! 2. [`Endpoint::serve`] answers the request.
//!
//! - `chunked`: bodies in chunks, signed or not, with what follows them.
//! - `operations`: all operations; `reading`, `writing`, `listing`, `multipart`, `settings`, `acl`, `tags`
//!   and `checksum` do them.
//! - `refusal`: how errors look; `readable`: that any parser reads what is answered.

mod acl;
mod checksum;
mod chunked;
mod form;
mod listing;
mod multipart;
mod operations;
mod readable;
mod reading;
mod refusal;
mod session;
mod settings;
mod tags;
mod writing;

pub use chunked::SignatureChain;
pub use form::BodyForm;
pub use refusal::Refused;
pub use s3s::Body;

use crate::asker::Asker;
use crate::bucket::Versioning;
use crate::store::Objects;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use jiff::Timestamp;
use s3s::service::S3ServiceBuilder;
use session::Session;

/// The largest object that can be put at once.
pub const MAX_OBJECT_BYTES: usize = 256 << 20;

/// An S3 over a store.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The store.
    pub objects: Objects,
    /// Whether buckets keep versions when they are made.
    pub versioning: Versioning,
}

impl Endpoint {
    /// Answers a request, made by `asker` at the time `now`. Its signature was looked at, and its body is in
    /// one piece: see [`BodyForm::unpack`].
    pub async fn serve(&self, asker: Asker<'_>, request: Request<Bytes>, now: Timestamp) -> Response<Body> {
        let session = Session {
            account: asker.account.to_owned(),
            region: asker.region.to_owned(),
            objects: self.objects.clone(),
            now,
            versioning: self.versioning,
        };
        let protocol = S3ServiceBuilder::new(session).build();
        let Ok(response) = protocol.call(request.map(Body::from)).await else {
            let message = "the answer could not be written";
            return Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message).response();
        };
        readable::readable(response).await
    }
}
