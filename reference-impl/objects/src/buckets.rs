//! What an account does with buckets: makes, sets, lists and deletes them.

use crate::access::{Access, Right};
use crate::asker::Asker;
use crate::bucket::{BucketInfo, Versioning};
use crate::change::{self, Change};
use crate::failure::Failure;
use crate::policy::Policy;
use crate::settings::{Setting, Settings};
use jiff::Timestamp;
use std::sync::Arc;

impl Access<'_> {
    /// Makes a bucket in the Region of the request.
    pub fn create_bucket(&self, name: &str, versioning: Versioning, now: Timestamp) -> Result<(), Failure> {
        let Asker { account, region } = self.asker;
        self.store.change(|index, _| {
            match index.bucket(name) {
                Ok(bucket) if bucket.info.owner == account => return Err(Failure::BucketExists),
                Ok(_) => return Err(Failure::BucketTaken),
                Err(_) => {}
            }
            let (owner, region, settings) = (account.to_owned(), region.to_owned(), Settings::new());
            let info = BucketInfo { owner, region, created_at: now, versioning, settings };
            Ok((vec![Change::Bucket { name: name.to_owned(), info }], ()))
        })
    }

    /// From now on a bucket keeps versions, or does not.
    pub fn set_versioning(&self, name: &str, versioning: Versioning) -> Result<(), Failure> {
        self.alter(name, |info| {
            info.versioning = versioning;
            Ok(())
        })
    }

    /// Sets something on a bucket, or unsets it.
    pub fn set(&self, name: &str, setting: Setting, document: Option<String>) -> Result<(), Failure> {
        if let (Setting::Policy, Some(text)) = (setting, &document) {
            Policy::parse(text).map_err(Failure::MalformedPolicy)?;
        }
        self.alter(name, |info| {
            match document {
                Some(document) => drop(info.settings.insert(setting, document)),
                None => drop(info.settings.remove(&setting)),
            }
            Ok(())
        })
    }

    /// What is set on a bucket.
    pub fn setting(&self, name: &str, setting: Setting) -> Result<String, Failure> {
        self.owned(name)?.settings.get(&setting).cloned().ok_or(Failure::NotSet(setting))
    }

    /// Whether the policy of a bucket lets everybody in.
    pub fn is_public(&self, name: &str) -> bool {
        let index = self.store.index();
        index.bucket(name).is_ok_and(|bucket| bucket.policy.as_ref().is_some_and(Policy::is_public))
    }

    fn alter(
        &self,
        name: &str,
        alter: impl FnOnce(&mut BucketInfo) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.store.change(|index, _| {
            let mut info = self.bucket_in(index, name, Right::Own)?.info.as_ref().clone();
            alter(&mut info)?;
            Ok((vec![Change::Bucket { name: name.to_owned(), info }], ()))
        })
    }

    /// Forgets a bucket that holds nothing. Where versions were not asked for, older ones do not count.
    pub fn delete_bucket(&self, name: &str) -> Result<(), Failure> {
        self.store.change(|index, _| {
            let bucket = self.bucket_in(index, name, Right::Own)?;
            let is_empty = bucket.keys.is_empty()
                || bucket.info.versioning == Versioning::Implied && !bucket.holds_objects("");
            if !is_empty || index.has_uploads(name) {
                return Err(Failure::BucketNotEmpty);
            }
            Ok((change::gone(name, bucket).collect(), ()))
        })
    }

    /// What is known of a bucket whose content the account may list.
    pub fn bucket(&self, name: &str) -> Result<Arc<BucketInfo>, Failure> {
        Ok(Arc::clone(&self.bucket_in(&self.store.index(), name, Right::List { versions: false })?.info))
    }

    /// What is known of a bucket of the account.
    pub fn owned(&self, name: &str) -> Result<Arc<BucketInfo>, Failure> {
        Ok(Arc::clone(&self.bucket_in(&self.store.index(), name, Right::Own)?.info))
    }

    /// The account's buckets, by name.
    pub fn buckets(&self) -> Vec<(String, Arc<BucketInfo>)> {
        let index = self.store.index();
        let own = index.buckets.iter().filter(|(_, bucket)| bucket.info.owner == self.asker.account);
        own.map(|(name, bucket)| (name.clone(), Arc::clone(&bucket.info))).collect()
    }
}
