//! Whose the identities are.

use signer_model::Account;
use signer_schemas::Operation;

use crate::data::exchange::Response;
use crate::run::preflight::accounts::{authenticates, region_and_account};
use crate::run::preflight::asking::request;
use crate::run::preflight::doctor::{Level, Second, Visit};
use crate::run::preflight::recognise::{is_unauthorized, told};

impl Visit<'_> {
    /// Whose the identities are; whether the second one, which the user gives, is refused.
    pub(super) async fn accounts(&mut self, region: &str, second: Second) -> bool {
        if authenticates(self.endpoint, &self.context).await {
            self.ok("signatures", "wrong ones are refused".to_owned());
        } else {
            self.warn(
                "signatures",
                "wrong ones are accepted".to_owned(),
                "the rules of authentication are left out",
            );
        }
        let owner = self.account(Account::Owner).await;
        match &owner {
            Some((told, _)) if told == region => self.ok("region", format!("{told}, as in its ARNs")),
            Some((told, _)) => {
                self.warn(
                    "region",
                    format!("its ARNs say {told}, --region says {region}"),
                    &format!("give --region {told}"),
                );
            }
            None => self.ok("region", format!("{region}; not told before the first profile")),
        }
        if second != Second::Missing
            && let Some(response) = self.refusal_of_the_other().await
        {
            let is_given = second == Second::Given;
            let level = if is_given { Level::Fail } else { Level::Warn };
            let advice = "give --other-access-key and --other-secret-key of another account that the target \
                knows; without, the rules between accounts are left out";
            self.tell("second account", level, format!("refused: {}", told(&response)), advice);
            return is_given;
        }
        let other = if second == Second::Missing { None } else { self.account(Account::Other).await };
        match (second != Second::Missing, owner, other) {
            (false, ..) => self.warn(
                "second account",
                "no second identity is given".to_owned(),
                "give --other-access-key and --other-secret-key of another account; without, the rules \
                 between accounts are left out",
            ),
            (true, Some((_, one)), Some((_, two))) if one == two => self.warn(
                "second account",
                format!("both identities belong to {one}"),
                "give the second one of another account; the rules between accounts are left out",
            ),
            (true, Some((_, one)), Some((_, two))) => self.ok("second account", format!("{one} and {two}")),
            (true, ..) => {
                self.ok("second account", "given; whose it is shows with the first profile".to_owned());
            }
        }
        false
    }

    async fn refusal_of_the_other(&self) -> Option<Response> {
        let platforms = request(&self.context, Operation::ListSigningPlatforms);
        self.endpoint.send(Account::Other, &platforms).await.ok().filter(is_unauthorized)
    }

    /// Region and account of an identity, if any profile tells them.
    async fn account(&self, by: Account) -> Option<(String, String)> {
        let response =
            self.endpoint.send(by, &request(&self.context, Operation::ListSigningProfiles)).await.ok()?;
        let answer = response.json().filter(|_| response.is_success())?;
        region_and_account(answer.get("profiles")?.as_array()?.first()?.get("arn")?.as_str()?)
    }
}
