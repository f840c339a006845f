//! What a scene needs of the target; without it the case is skipped.

use signer_model::{Call, Platform, PlatformArg, Request};
use signer_schemas::Operation;

use crate::data::context::{Context, Fixture};
use crate::data::finding::Verdict;
use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Played, Stop};

impl Case<'_> {
    /// The scene has nothing to ask of this target, and stops.
    pub(crate) fn skip(&mut self, reason: &str) -> Stop {
        self.end(Verdict::Skipped, reason);
        Stop
    }

    /// Whether the target is known not to have that operation.
    pub(crate) fn lacks(&self, operation: Operation) -> bool {
        self.runner.target.unimplemented.contains(&operation)
    }

    /// A platform that profiles can be made on, listed or not, or the case is skipped.
    pub(crate) fn needs_platform(&mut self, platform: Platform) -> Played {
        let Context { platforms, unlisted, .. } = self.runner.context;
        if platforms.contains(platform) || unlisted.contains(platform) {
            return Ok(());
        }
        Err(self.skip(&format!("the target neither lists nor takes the platform {}", platform.id())))
    }

    /// A platform that the target shows, or the case is skipped.
    pub(crate) fn needs_listed_platform(&mut self, platform: Platform) -> Played {
        if self.runner.context.platforms.contains(platform) {
            return Ok(());
        }
        Err(self.skip(&format!("the target does not list the platform {}", platform.id())))
    }

    /// The same for the platform of a profile that the call makes.
    pub(super) fn needs_platform_of(&mut self, call: &Call) -> Played {
        match call.request {
            Request::PutSigningProfile { platform: PlatformArg::Known(platform), .. } => {
                self.needs_platform(platform)
            }
            _ => Ok(()),
        }
    }

    /// The S3's objects, or the case is skipped.
    pub(crate) fn fixture(&mut self) -> Result<Fixture, Stop> {
        self.runner.context.fixture.clone().ok_or_else(|| self.skip("there is no S3 beside the target"))
    }

    /// The rules are of two accounts, or the case is skipped.
    pub(crate) fn two_accounts(&mut self) -> Played {
        if self.runner.target.capabilities.cross_account {
            return Ok(());
        }
        Err(self.skip("the target's two identities belong to one account"))
    }

    /// The rules are of two Regions: the other one, or the case is skipped.
    pub(crate) fn second_region(&mut self) -> Result<String, Stop> {
        self.runner.context.second_region.clone().ok_or_else(|| self.skip("the target serves one Region"))
    }

    /// There is an identity that no policy permits anything, or the case is skipped.
    pub(crate) fn denied_identity(&mut self) -> Played {
        if self.runner.target.capabilities.denied {
            return Ok(());
        }
        Err(self.skip("no identity without permissions is given (--denied-access-key)"))
    }

    /// There are temporary credentials, or the case is skipped.
    pub(crate) fn temporary_credentials(&mut self) -> Played {
        if self.runner.target.capabilities.temporary {
            return Ok(());
        }
        Err(self.skip("no temporary credentials are given (--session-token)"))
    }

    /// The rules are of authentication, or the case is skipped.
    pub(crate) fn authenticates(&mut self) -> Played {
        if self.runner.target.capabilities.auth {
            return Ok(());
        }
        Err(self.skip("the target authenticates nobody"))
    }
}
