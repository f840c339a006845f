//! Calls, answers and changes in the API's own words, for reports and the explorer.

mod values;

use std::fmt::{self, Display, Formatter};

use crate::call::{Account, Destination, Grant, JobStatus, Statement, TAGS, TagKey, TagValue, Validity};
use crate::filters::{Expiry, JobFilter, PlatformFilter, ProfileFilter};
use crate::reply::{JobView, ProfileView, Reply};
use crate::request::{Call, Request};
use crate::state::{JobStatuses, Policy};

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.by {
            Account::Owner => self.request.fmt(f),
            Account::Other => write!(f, "{} (as {})", self.request, self.by),
        }
    }
}

impl Display for Request {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation())?;
        match *self {
            Self::AddProfilePermission { profile, statement, grant, revision } => {
                write!(f, " {profile} {statement} {grant}, {revision}")
            }
            Self::CancelSigningProfile { profile }
            | Self::ListProfilePermissions { profile }
            | Self::ListTagsForResource { profile } => write!(f, " {profile}"),
            Self::DescribeSigningJob { job } => write!(f, " {job}"),
            Self::GetRevocationStatus { profile, job, platform, at } => {
                write!(f, " {profile} {job} on {platform}, {at}")
            }
            Self::GetSigningPlatform { platform } => write!(f, " {platform}"),
            Self::GetSigningProfile { profile, owner } => write!(f, " {profile}{owner}"),
            Self::ListSigningJobs { filter, page } => write!(f, "{filter}{page}"),
            Self::ListSigningPlatforms { filter, page } => write!(f, "{filter}{page}"),
            Self::ListSigningProfiles { filter, page } => write!(f, "{filter}{page}"),
            Self::PutSigningProfile { profile, platform, validity, material, parameters, tags } => {
                write!(f, " {profile} on {platform}")?;
                if validity != Validity::Default {
                    write!(f, " for {validity}")?;
                }
                if material {
                    f.write_str(" with signingMaterial")?;
                }
                if parameters {
                    f.write_str(" with signingParameters")?;
                }
                tagged(f, tags)
            }
            Self::RemoveProfilePermission { profile, statement, revision } => {
                write!(f, " {profile} {statement}, {revision}")
            }
            Self::RevokeSignature { job, owner } => write!(f, " {job}{owner}"),
            Self::RevokeSigningProfile { profile, version, effective } => {
                write!(f, " {profile} {version} from {effective}")
            }
            Self::SignPayload { job, profile, owner } => write!(f, " {job} with {profile}{owner}"),
            Self::StartSigningJob { job, profile, owner, source, destination } => {
                write!(f, " {job} with {profile}{owner} over {source}")?;
                match destination {
                    Destination::A => Ok(()),
                    Destination::B => f.write_str(" to another prefix"),
                }
            }
            Self::TagResource { profile, key, value } => write!(f, " {profile} {key}={value}"),
            Self::UntagResource { profile, key } => write!(f, " {profile} {key}"),
        }
    }
}

fn tagged(f: &mut Formatter<'_>, tags: [TagValue; TAGS]) -> fmt::Result {
    for (index, value) in (0..).zip(tags).filter(|(_, value)| *value != TagValue::None) {
        write!(f, " {}={value}", TagKey(index))?;
    }
    Ok(())
}

impl Display for Reply {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Refused(error) => error.fmt(f),
            Self::Done => f.write_str("done"),
            Self::Created => f.write_str("created"),
            Self::Profile(view) => view.fmt(f),
            Self::Profiles(profiles) => write!(f, "listed: {}", joined(profiles.iter())),
            Self::Platform(platform) => platform.fmt(f),
            Self::Platforms(platforms) => write!(f, "listed: {}", joined(platforms.iter())),
            Self::Started(job) => job.fmt(f),
            Self::Job(view) => view.fmt(f),
            Self::Jobs(jobs) => write!(f, "listed: {}", joined(jobs.iter())),
            Self::Revision(revision) => revision.fmt(f),
            Self::Permissions { statements, revision } => {
                let statements =
                    (0..).zip(statements).filter_map(|(index, grant)| Some((Statement(index), grant?)));
                write!(
                    f,
                    "{} ({revision})",
                    joined(statements.map(|(statement, grant)| format!("{statement} {grant}")))
                )
            }
            Self::Revocations { profile, job, other } => {
                let listed = [(profile, "the profile"), (job, "the job"), (other, "something else")];
                let listed = listed.into_iter().filter_map(|(listed, name)| listed.then_some(name));
                write!(f, "revoked: {}", joined(listed))
            }
            Self::Tags(tags) => {
                f.write_str("tags:")?;
                if tags.iter().all(|value| *value == TagValue::None) {
                    return f.write_str(" none");
                }
                tagged(f, tags)
            }
        }
    }
}

pub(crate) fn joined<T: Display>(items: impl Iterator<Item = T>) -> String {
    let items = items.map(|item| item.to_string()).collect::<Vec<_>>();
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}

impl Display for ProfileView {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.status.fmt(f)?;
        match self.platform {
            Some(platform) => write!(f, " on {platform}")?,
            None => f.write_str(" on an unknown platform")?,
        }
        if let Some(validity) = self.validity {
            write!(f, " for {validity}")?;
        }
        if let Some(effective) = self.effective {
            write!(f, " revoked from {effective}")?;
        }
        tagged(f, self.tags)
    }
}

impl Display for JobView {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.status.fmt(f)?;
        if let Some(profile) = self.profile {
            write!(f, " with {profile}")?;
        }
        if let Some(invoker) = self.invoker {
            write!(f, " by {invoker}")?;
        }
        if self.revoked { f.write_str(", revoked") } else { Ok(()) }
    }
}

impl Display for Grant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {}", self.action, self.principal)?;
        self.version.map_or(Ok(()), |version| write!(f, " {version}"))
    }
}

impl Display for Policy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} at revision {}", joined(self.statements.iter().flatten()), self.revision)
    }
}

impl Display for JobStatuses {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        let names = self.iter().map(JobStatus::id).collect::<Vec<_>>();
        f.write_str(&names.join(" or "))
    }
}

impl Display for JobFilter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.status {
            write!(f, " status={status}")?;
        }
        if let Some(platform) = self.platform {
            write!(f, " platformId={platform}")?;
        }
        if let Some(is_revoked) = self.is_revoked {
            write!(f, " isRevoked={is_revoked}")?;
        }
        if let Some(invoker) = self.invoker {
            write!(f, " jobInvoker={invoker}")?;
        }
        match self.expires {
            Some(Expiry::Before) => f.write_str(" signatureExpiresBefore in a month"),
            Some(Expiry::After) => f.write_str(" signatureExpiresAfter in a month"),
            None => Ok(()),
        }
    }
}

impl Display for ProfileFilter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(include_canceled) = self.include_canceled {
            write!(f, " includeCanceled={include_canceled}")?;
        }
        if let Some(status) = self.status {
            write!(f, " statuses={status}")?;
        }
        self.platform.map_or(Ok(()), |platform| write!(f, " platformId={platform}"))
    }
}

impl Display for PlatformFilter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::Category(platform) => write!(f, " category of {platform}"),
            Self::Partner(platform) => write!(f, " partner of {platform}"),
            Self::Target(platform) => write!(f, " target of {platform}"),
            Self::UnknownPartner => f.write_str(" unknown partner"),
        }
    }
}
