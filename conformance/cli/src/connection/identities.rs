//! Who requests are signed as, by the options.

use signer_conformance::wire::{Identities, Identity};

use crate::connection::Connection;
use crate::embedded;
use crate::failure::Failure;

impl Connection {
    /// Who requests are signed as. A second identity that is not given is the first one again: one account,
    /// so the rules between accounts are not tested.
    pub(super) fn identities(&self) -> Result<Identities, Failure> {
        if self.no_sign_request {
            return Ok(Identities::default());
        }
        let owner = identity(
            ["--access-key", "--secret-key"],
            self.access_key.as_deref(),
            self.secret_key.as_deref(),
        )?
        .map(|identity| Identity { session_token: self.session_token.clone(), ..identity });
        let other = identity(
            ["--other-access-key", "--other-secret-key"],
            self.other_access_key.as_deref(),
            self.other_secret_key.as_deref(),
        )?;
        let denied = identity(
            ["--denied-access-key", "--denied-secret-key"],
            self.denied_access_key.as_deref(),
            self.denied_secret_key.as_deref(),
        )?;
        let temporary = owner.clone().filter(|identity| identity.session_token.is_some());
        let (owner, other) = match (owner, other) {
            (Some(owner), other) => (owner.clone(), other.unwrap_or(owner)),
            (None, _) if self.is_aws() => {
                return Err(Failure::option(
                    "--access-key",
                    "give one, with --secret-key: AWS knows no test identities",
                ));
            }
            (None, given) => {
                let (owner, other) = embedded::identities();
                (owner, given.unwrap_or(other))
            }
        };
        Ok(Identities { owner: Some(owner), other: Some(other), denied, temporary })
    }
}

fn identity(
    names: [&str; 2],
    access_key: Option<&str>,
    secret_key: Option<&str>,
) -> Result<Option<Identity>, Failure> {
    match (access_key, secret_key) {
        (None, None) => Ok(None),
        (Some(access_key), Some(secret_key)) => Ok(Some(Identity {
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
            session_token: None,
        })),
        (Some(_), None) => {
            Err(Failure::option(names[1], format!("{} is given, so give this, too", names[0])))
        }
        (None, Some(_)) => {
            Err(Failure::option(names[0], format!("{} is given, so give this, too", names[1])))
        }
    }
}
