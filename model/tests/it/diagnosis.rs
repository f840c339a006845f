//! Which rule an answer breaks where several would have permitted something else.

use signer_model::{Destination, J0, OwnerArg, P0, Platform, Reply, Request, Source, State, Worlds};
use signer_schemas::Edition;

#[test]
fn beside_an_open_point_the_rule_that_is_said_is_broken() {
    let edition = Edition::Current;
    for source in [Source::Present, Source::Missing, Source::Unverified] {
        let mut worlds = Worlds::new(edition, State::new());
        let put = Request::put(edition, P0, Platform::Notation).by_owner();
        worlds.observe(&put, &Reply::Created).expect("a profile is made");
        let (owner, destination) = (OwnerArg::Omitted, Destination::A);
        let start = Request::StartSigningJob { job: J0, profile: P0, owner, source, destination }.by_owner();
        let violation = worlds.observe(&start, &Reply::Started(J0)).expect_err("no job is started");
        assert_eq!(violation.broken.id, "StartSigningJob/unsupported-platform", "{source:?}");
    }
}
