//! The S3 beside the target.

use signer_model::Account;

use crate::data::exchange::{Request, Service};
use crate::data::finding::Verdict;
use crate::data::signature::Signature;
use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Stop, Told};
use crate::line::wire::encode::percent_encode;

impl Case<'_> {
    /// Puts an object into the S3; gives its version.
    pub(crate) async fn store(&mut self, bucket: &str, key: &str, content: &[u8]) -> Result<String, Stop> {
        self.stored(bucket, key, Request { body: content.to_vec(), ..Request::default() }).await
    }

    /// Puts an object of so many bytes into the S3; gives its version.
    pub(crate) async fn store_large(
        &mut self,
        bucket: &str,
        key: &str,
        bytes: usize,
    ) -> Result<String, Stop> {
        self.stored(bucket, key, Request { filler_bytes: bytes, ..Request::default() }).await
    }

    async fn stored(&mut self, bucket: &str, key: &str, content: Request) -> Result<String, Stop> {
        let request = Request { method: "PUT".to_owned(), target: format!("/{bucket}/{key}"), ..content };
        let told = self.s3(&request).await?;
        if !told.is_success() {
            self.end(Verdict::Inconclusive, format!("the S3 does not take an object: {}", told.words()));
            return Err(Stop);
        }
        Ok(told.response.header("x-amz-version-id").unwrap_or("null").to_owned())
    }

    /// Reads an object, if there is one.
    pub(crate) async fn load(&mut self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Stop> {
        let request =
            Request { method: "GET".to_owned(), target: format!("/{bucket}/{key}"), ..Request::default() };
        let told = self.s3(&request).await?;
        Ok(told.is_success().then(|| told.response.body.to_vec()))
    }

    /// Makes a bucket; whether that could be done.
    pub(crate) async fn bucket(&mut self, name: &str) -> Result<bool, Stop> {
        let request = Request { method: "PUT".to_owned(), target: format!("/{name}"), ..Request::default() };
        Ok(self.s3(&request).await?.is_success())
    }

    /// Makes a bucket in a Region, and puts an object into it; gives its version. None where the S3 knows no
    /// Regions.
    pub(crate) async fn store_in(
        &mut self,
        region: &str,
        bucket: &str,
        key: &str,
        content: &[u8],
    ) -> Result<Option<String>, Stop> {
        let there = |method: &str, target: String, body: &[u8]| Request {
            method: method.to_owned(),
            target,
            body: body.to_vec(),
            region: Some(region.to_owned()),
            ..Request::default()
        };
        // The oldest Region is the one that is not named.
        let place = format!(
            "<CreateBucketConfiguration \
             xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
        );
        let place = if region == "us-east-1" { "" } else { place.as_str() };
        let made = self.s3(&there("PUT", format!("/{bucket}"), place.as_bytes())).await?;
        let location = self.s3(&there("GET", format!("/{bucket}?location="), b"")).await?;
        let told = String::from_utf8_lossy(&location.response.body).into_owned();
        let is_there = told.contains(&format!(">{region}<"))
            || (region == "us-east-1" && !told.contains("</LocationConstraint>"));
        if !made.is_success() || !location.is_success() || !is_there {
            return Ok(None);
        }
        let stored = self.s3(&there("PUT", format!("/{bucket}/{key}"), content)).await?;
        Ok(stored
            .is_success()
            .then(|| stored.response.header("x-amz-version-id").unwrap_or("null").to_owned()))
    }

    /// The keys of a bucket that begin so, each as often as it has versions; none where the S3 lists nothing.
    pub(crate) async fn keys(&mut self, bucket: &str, prefix: &str) -> Result<Option<Vec<String>>, Stop> {
        let target = format!("/{bucket}?prefix={}&versions=", percent_encode(prefix));
        let request = Request { method: "GET".to_owned(), target, ..Request::default() };
        let told = self.s3(&request).await?;
        let text = String::from_utf8_lossy(&told.response.body).into_owned();
        if !told.is_success() || !text.contains("<ListVersionsResult") || text.contains("<IsTruncated>true<")
        {
            return Ok(None);
        }
        let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        Ok(Some(keys.map(str::to_owned).collect()))
    }

    /// Whether anybody reads the object.
    pub(crate) async fn is_public(&mut self, bucket: &str, key: &str) -> Result<bool, Stop> {
        let request = Request {
            method: "GET".to_owned(),
            target: format!("/{bucket}/{key}"),
            signature: Signature::Missing,
            ..Request::default()
        };
        Ok(self.s3(&request).await?.is_success())
    }

    async fn s3(&mut self, request: &Request) -> Result<Told, Stop> {
        let mut outcome = self.send(Account::Owner, Service::S3, request, None).await;
        if outcome.is_err() {
            // To put the same object twice does no harm.
            outcome = self.send(Account::Owner, Service::S3, request, None).await;
        }
        match outcome {
            Ok(response) => Ok(Told::new(None, response)),
            Err(silence) => {
                self.silent(&silence);
                Err(Stop)
            }
        }
    }
}
