----------------------------- MODULE MC_profiles -----------------------------
(* Profiles from creation to their end, and all that is read of them. *)
EXTENDS Check

ScopeEdition == "current"
ScopeWithin(someProfiles, someJobs) == Everywhere

CallsOf(profile) == <<
    Put(profile, "Lambda"),
    Put(profile, "Notation"),
    Put(profile, "IotDeviceManagement"),
    Put(profile, "FreeRtosDefault"),
    PutWith(profile, "Lambda", "Day", FALSE, FALSE, K0IsA),
    PutWith(profile, "Lambda", "Default", FALSE, TRUE, NoTags),
    PutWith(profile, "Lambda", "Default", TRUE, FALSE, NoTags),
    PutWith(profile, "IotDeviceManagement", "Default", FALSE, FALSE, NoTags),
    PutWith(profile, "IotDeviceManagement", "Day", TRUE, FALSE, NoTags),
    PutWith(profile, "FreeRtosTi", "Default", TRUE, FALSE, NoTags),
    PutWith(profile, "Unknown", "Default", FALSE, FALSE, NoTags),
    Get(profile),
    OfOwner(Get(profile)),
    Cancel(profile),
    Revoke(profile, Later),
    Revoke(profile, Earlier),
    Revoke(profile, Future),
    RevokeVersion(profile, "Unknown", Later)>>

ScopeCalls ==
    << ListProfiles("absent", "any", "any"),
       ListProfilesPaged("absent", "any", "any", "1"),
       ListProfiles("true", "any", "any"),
       ListProfiles("false", "any", "any"),
       ListProfiles("absent", "Active", "any"),
       ListProfiles("absent", "Canceled", "any"),
       ListProfiles("absent", "Revoked", "any"),
       ListProfiles("true", "Active", "any"),
       ListProfiles("absent", "any", "Lambda"),
       ListProfilesPaged("absent", "any", "IotDeviceManagement", "1") >>
    \o CallsOf("p0") \o CallsOf("p1") \o PlatformCalls("Lambda")
===============================================================================
