//! The state that the store is in, read through its own read operations.

use signer_model::{Account, PROFILES, Policy, Profile, ProfileState, State};
use signer_reference::error::ErrorName;
use signer_reference::store::{self, PageRequest};
use signer_schemas::Edition;

use crate::driver::Driver;
use crate::{names, views};

impl Driver {
    /// The state that the store is in, as far as it can be read. `revision_uncertain` says here that a
    /// policy's revision is another one than the newest that an answer has told.
    pub(super) fn observe(&self) -> Result<State, String> {
        let mut state = State { platforms: self.platforms, ..State::default() };
        for (index, seen) in (0..).zip(&mut state.profiles) {
            *seen = self.observe_profile(Profile(index))?;
        }
        let everything = (store::JobFilter::default(), PageRequest::default());
        let listed = self.read(Account::Owner, |store, context| {
            store.list_signing_jobs(context, &everything.0, &everything.1)
        });
        for job in
            listed.map_err(|refusal| format!("the list of jobs is refused: {}", refusal.message))?.items
        {
            let symbol =
                self.bindings.job_with_id(&job.id).ok_or("there is a job that no answer has named")?;
            *state.job_mut(symbol) = views::job_state(&job)?;
        }
        Ok(state)
    }

    fn observe_profile(&self, profile: Profile) -> Result<ProfileState, String> {
        debug_assert!(usize::from(profile.0) < PROFILES);
        let name = names::profile(profile);
        let shown = match self
            .read(Account::Owner, |store, context| store.get_signing_profile(context, name, None))
        {
            Ok(shown) => shown,
            Err(refusal) if refusal.error == ErrorName::ResourceNotFound => {
                return Ok(ProfileState::default());
            }
            Err(refusal) => return Err(format!("{profile} cannot be read: {}", refusal.message)),
        };
        let mut policy = Policy::default();
        if self.store.settings().edition == Edition::Current {
            let told = self.bindings.revisions(profile);
            policy.revision = u8::try_from(told.len()).unwrap_or(u8::MAX).min(Policy::LAST_REVISION);
            // A policy without statements is refused, so that its revision cannot be read.
            let first = PageRequest::default();
            if let Ok(list) = self
                .read(Account::Owner, |store, context| store.list_profile_permissions(context, name, &first))
            {
                policy.statements = views::statements(&list.page, &shown.version)?;
                policy.revision_uncertain = list.revision.as_ref() != told.last();
            }
        }
        Ok(ProfileState {
            status: views::profile_status(shown.status),
            platform: views::platform(shown)?,
            validity: views::validity(shown.validity)?,
            effective: views::effective(shown)?,
            tags: views::tags(&shown.tags)?,
            policy,
        })
    }
}
