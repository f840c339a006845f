--------------------------- MODULE MC_profiles_2019 ---------------------------
(* Profiles of 2019: no revocation, and signing material always. *)
EXTENDS Check

ScopeEdition == "2019-05-22"
ScopeWithin(someProfiles, someJobs) == Everywhere

ScopeCalls ==
    << Put("p0", "IotDeviceManagement"),
       Put("p0", "FreeRtosDefault"),
       Put("p1", "FreeRtosTi"),
       PutWith("p0", "Unknown", "Default", TRUE, FALSE, NoTags),
       PutWith("p0", "IotDeviceManagement", "Default", FALSE, FALSE, NoTags),
       Get("p0"),
       Get("p1"),
       Cancel("p0"),
       Cancel("p1"),
       ListProfiles("absent", "any", "any"),
       ListProfilesPaged("absent", "any", "any", "1"),
       ListProfiles("true", "any", "any"),
       ListProfiles("false", "any", "any") >>
    \o PlatformCalls("IotDeviceManagement")
===============================================================================
