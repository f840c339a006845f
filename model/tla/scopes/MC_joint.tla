------------------------------- MODULE MC_joint -------------------------------
(* Every operation, over profiles with permissions, tags, jobs of both *)
(* accounts, and revocations.                                           *)
EXTENDS Check

ScopeEdition == "current"
ScopeWithin(someProfiles, someJobs) == Everywhere

ScopeCalls == <<
    Put("p0", "Lambda"),
    Put("p1", "Notation"),
    Get("p0"),
    Get("p1"),
    Cancel("p0"),
    Cancel("p1"),
    Revoke("p0", Later),
    Revoke("p1", Later),
    Revoke("p1", Earlier),
    ListProfiles("absent", "any", "any"),
    ListProfiles("true", "any", "any"),
    Tag("p0", "k0", "A"),
    Untag("p0", "k0"),
    ListTags("p0"),
    Add("p0", "s0", MayStart, "Absent"),
    Add("p0", "s0", MayStart, "Stale"),
    Remove("p0", "s0", "Current"),
    Remove("p0", "s0", "Stale"),
    Add("p1", "s0", MaySign, "Absent"),
    Remove("p1", "s0", "Current"),
    ListPermissions("p0"),
    ListPermissions("p1"),
    Start("j0", "p0", "Present"),
    StartTo("j0", "p0", "Present", "B"),
    Start("j1", "p0", "Missing"),
    Sign("j2", "p1"),
    Describe("j0"),
    Describe("j1"),
    Describe("j2"),
    RevokeJob("j0"),
    RevokeJob("j2"),
    ListJobs(AnyJob),
    ListJobs([AnyJob EXCEPT !.revoked = "yes"]),
    Status("p1", "j2", "Notation", BeforeEarlier),
    Status("p1", "j2", "Notation", Later),
    Status("p1", "j2", "Notation", AfterLater),
    GetPlatform("Lambda"),
    ListPlatforms("any", "any", "default"),
    ByOther(OfOwner(Get("p0"))),
    ByOther(OfOwner(Start("j1", "p0", "Present"))),
    ByOther(OfOwner(Sign("j2", "p1"))),
    ByOther(Describe("j1"))>>
===============================================================================
