---------------------------- MODULE MC_permissions ----------------------------
(* The permissions of two profiles: statements of two principals, revisions, *)
(* and what is refused.                                                       *)
EXTENDS Check

ScopeEdition == "current"
ScopeWithin(someProfiles, someJobs) == Everywhere

OfRole == Grant("Role", "GetSigningProfile", "Current")

CallsOf(profile, fits, unfit) ==
    LET malformed   == [fits EXCEPT !.principal = "Malformed"]
        ofNoVersion == [fits EXCEPT !.version = "Unknown"]
        good(revision) == << Add(profile, "s0", fits, revision), Add(profile, "s1", OfRole, revision) >>
        bad(revision) == << Add(profile, "s2", malformed, revision), Add(profile, "s2", unfit, revision),
                            Add(profile, "s2", ofNoVersion, revision) >>
        removals(s) == << Remove(profile, s, "Current"), Remove(profile, s, "Stale") >>
    IN Joined(<<
        good("Absent"), good("Current"), good("Stale"),
        bad("Absent"), bad("Current"),
        << Add(profile, "s0", MayRevoke, "Current"), Add(profile, "s2", MayGet, "Current") >>,
        removals("s0"), removals("s1"), removals("s2"),
        << ListPermissions(profile) >> >>)

ScopeCalls ==
    << Put("p0", "Lambda"),
       Put("p1", "Notation"),
       Put("p2", "IotDeviceManagement"),
       Cancel("p0"),
       Cancel("p1"),
       Revoke("p0", Later),
       Add("p2", "s0", MayGet, "Absent"),
       ListPermissions("p2"),
       Get("p0") >>
    \o CallsOf("p0", MayStart, MaySign) \o CallsOf("p1", MaySign, MayStart)
===============================================================================
