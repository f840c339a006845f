//! A profile as answers show it.

use serde_json::Value;
use signer_model::{EffectiveTime, Platform, Profile, ProfileStatus, ProfileView, Validity};
use signer_schemas::Edition;

use crate::data::context::Context;
use crate::operations::adapter::Reading;
use crate::operations::notes::{Notes, member_words};
use crate::operations::values::tags;

/// The profile as `GetSigningProfile` shows it.
pub(super) fn shown(reading: &mut Reading<'_>, symbol: Profile) -> Option<ProfileView> {
    const VIEW: &str = "GetSigningProfile/view";
    let answer = reading.answer();
    reading.notes.text(answer, "profileName", VIEW)?;
    reading.notes.agrees(answer, "profileName", reading.bindings.name(symbol), VIEW);
    if reading.context.edition == Edition::Current {
        for member in ["arn", "profileVersion", "profileVersionArn"] {
            reading.notes.text(answer, member, VIEW)?;
        }
        match reading.bindings.told_arn(symbol).map(str::to_owned) {
            Some(arn) => reading.notes.agrees(answer, "arn", &arn, VIEW),
            None => reading
                .bindings
                .bind_arn(symbol, answer.get("arn").and_then(Value::as_str).unwrap_or_default()),
        }
        match reading.bindings.current_version(symbol).map(str::to_owned) {
            Some(version) => reading.notes.agrees(answer, "profileVersion", &version, VIEW),
            None => {
                reading.bindings.bind_version(
                    symbol,
                    answer.get("profileVersion").and_then(Value::as_str).unwrap_or_default(),
                );
            }
        }
    }
    for member in ["signingMaterial", "signingParameters"] {
        if let Some(given) = reading.bindings.template(symbol).get(member) {
            let told = answer.get(member).unwrap_or(&Value::Null);
            reading.notes.expect(
                told == given,
                "PutSigningProfile/template-kept",
                &format!("`{member}` is shown as it was given"),
                member_words(member, given),
                &member_words(member, told),
            );
        }
    }
    view(reading.context, answer, &mut reading.notes, VIEW)
}

/// A profile as an answer shows it, alone or as an entry of a list.
pub(super) fn view(
    context: &Context,
    answer: &Value,
    notes: &mut Notes,
    requirement: &str,
) -> Option<ProfileView> {
    let status = match answer.get("status").and_then(Value::as_str) {
        Some("Active") => ProfileStatus::Active,
        Some("Canceled") => ProfileStatus::Canceled,
        Some("Revoked") => ProfileStatus::Revoked,
        _ => {
            notes.told(answer, "status", requirement);
            return None;
        }
    };
    let period = answer.get("signatureValidityPeriod").filter(|period| !period.is_null());
    let validity = period.and_then(|period| {
        match (period.get("value").and_then(Value::as_i64), period.get("type").and_then(Value::as_str)) {
            (Some(135), Some("MONTHS")) => Some(Validity::Default),
            (Some(1), Some("DAYS")) => Some(Validity::Day),
            _ => None,
        }
    });
    let record = answer.get("revocationRecord").filter(|record| !record.is_null());
    let effective =
        record.and_then(|record| record.get("revocationEffectiveFrom")?.as_f64()).and_then(|told| {
            [EffectiveTime::Earlier, EffectiveTime::Later, EffectiveTime::Future]
                .into_iter()
                .find(|time| (told - seconds(context.effective_time(*time))).abs() < 1.0)
        });
    Some(ProfileView {
        status,
        platform: answer.get("platformId").and_then(Value::as_str).and_then(Platform::from_id),
        validity,
        tags: tags(answer.get("tags"), notes, requirement),
        effective,
    })
}

#[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
const fn seconds(time: i64) -> f64 {
    time as f64
}
