//! The envelope around a signed payload: what its protected header says, its certificates, and its signature.

use std::fmt::Display;

use signer_schemas::Operation::SignPayload;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::judge::signatures::envelope::Envelope;
use crate::operations::notes::member_words;
use crate::scenes::shared::bytes::seconds;
use crate::scenes::shared::envelopes::{ATTRIBUTES, names_job, opened, protected};
use crate::scenes::shared::steps::{ask_job, notation, payload_signed};

pub(crate) const SCENES: &[Scene] = &[ENVELOPE, ENVELOPE_CHAIN];

const ENVELOPE: Scene = Scene {
    name: "signing/envelope",
    operation: SignPayload,
    what: "what the envelope's protected header says",
    requirements: &[ATTRIBUTES],
    play: &Conversation(|case| Box::pin(envelope(case))),
};

async fn envelope(case: &mut Case<'_>) -> Played {
    let (name, creation) = notation(case, "envelope").await?;
    let told = payload_signed(case, &name).await?;
    let header = protected(&told);
    let view = ask_job(case, &told.text("/jobId")).await?;
    names_job(case, &told, &creation.text("/profileVersionArn"));
    for (attribute, member) in [
        ("io.cncf.notary.authenticSigningTime", "/createdAt"),
        ("io.cncf.notary.expiry", "/signatureExpiresAt"),
    ] {
        let told = header[attribute].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
        let expected = view.at(member).as_f64().unwrap_or_default();
        let near = told.is_some_and(|told| (seconds(told.as_second()) - expected).abs() <= 5.0);
        case.hold(
            ATTRIBUTES,
            near,
            &format!("{attribute} at {expected}"),
            &member_words(attribute, &header[attribute]),
        );
    }
    Ok(())
}

const CHAIN: &str = "SignPayload/envelope-chain";

const VERIFIES: &str = "SignPayload/envelope-verifies";

const ENVELOPE_CHAIN: Scene = Scene {
    name: "signing/envelope-chain",
    operation: SignPayload,
    what: "the envelope's certificates, and its signature by the first of them",
    requirements: &[CHAIN, VERIFIES],
    play: &Conversation(|case| Box::pin(envelope_chain(case))),
};

async fn envelope_chain(case: &mut Case<'_>) -> Played {
    let (name, _) = notation(case, "chain").await?;
    let told = payload_signed(case, &name).await?;
    let envelope = Envelope::read(&opened(&told));
    let chain = envelope.as_ref().map_err(Clone::clone).and_then(Envelope::has_chain);
    is_right(case, CHAIN, "the certificates from the leaf to a root that signs itself", chain);
    let verified = envelope.as_ref().map_err(Clone::clone).and_then(Envelope::verifies);
    is_right(
        case,
        VERIFIES,
        "a signature by the first certificate, which is valid at the signing time",
        verified,
    );
    Ok(())
}

/// Nothing is wrong, or what is.
pub(crate) fn is_right<E: Display>(
    case: &mut Case<'_>,
    requirement: &str,
    permitted: &str,
    result: Result<(), E>,
) {
    let observed = result.err().map(|wrong| wrong.to_string());
    case.hold(requirement, observed.is_none(), permitted, &observed.unwrap_or_default());
}
