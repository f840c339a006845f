---------------------------- MODULE MC_revocation ----------------------------
(* What is revoked from when on, as a verifier asks. *)
EXTENDS Check

ScopeEdition == "current"

\* The last two calls that make jobs show what is refused.
ScopeWithin(someProfiles, someJobs) == someJobs["j2"].status = "None" /\ someJobs["j3"].status = "None"

ScopeCalls == <<
    Put("p0", "Notation"),
    Put("p1", "Lambda"),
    Sign("j0", "p0"),
    Start("j1", "p1", "Present"),
    Cancel("p0"),
    Revoke("p0", Later),
    Revoke("p0", Earlier),
    Revoke("p1", Later),
    RevokeJob("j0"),
    RevokeJob("j1"),
    Status("p0", "j0", "Notation", BeforeEarlier),
    Status("p0", "j0", "Notation", Earlier),
    Status("p0", "j0", "Notation", Between),
    Status("p0", "j0", "Notation", Later),
    Status("p0", "j0", "Notation", AfterLater),
    Status("p0", "j0", "Lambda", AfterLater),
    Status("p0", "j0", "IotDeviceManagement", AfterLater),
    Describe("j0"),
    Describe("j1"),
    ListJobs([AnyJob EXCEPT !.revoked = "yes"]),
    Start("j2", "p1", "Present"),
    Sign("j3", "p0"),
    Get("p0"),
    ByOther(Status("p0", "j0", "Notation", AfterLater))>>
===============================================================================
