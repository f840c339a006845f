--------------------------- MODULE MC_cross_account ---------------------------
(* What another account can do with a profile, with and without permission. *)
EXTENDS Check

ScopeEdition == "current"

\* One profile at a time, and no more than two permissions.
ScopeWithin(someProfiles, someJobs) ==
    /\ someProfiles["p0"].status = "Absent" \/ someProfiles["p1"].status = "Absent"
    /\ Cardinality({s \in Statements : someProfiles["p0"].policy.statements[s] # NoGrant}) <= 2

ScopeCalls == <<
    Put("p0", "Lambda"),
    Put("p1", "Notation"),
    Cancel("p0"),
    Add("p0", "s0", MayStart, "Absent"),
    Add("p0", "s0", MayStart, "Current"),
    Add("p0", "s1", MayGet, "Absent"),
    Add("p0", "s2", MayRevoke, "Absent"),
    Add("p0", "s2", MayRevoke, "Current"),
    Add("p1", "s0", MaySign, "Absent"),
    Remove("p0", "s0", "Current"),
    Remove("p0", "s1", "Current"),
    Remove("p1", "s0", "Current"),
    Start("j0", "p0", "Present"),
    Describe("j0"),
    ListJobs(AnyJob),
    ListJobs([AnyJob EXCEPT !.invoker = "Other"]),
    ListJobs([AnyJob EXCEPT !.invoker = "Owner"]),
    ByOther(OfOwner(Get("p0"))),
    ByOther(Get("p0")),
    ByOther(Cancel("p0")),
    ByOther(Revoke("p0", Later)),
    ByOther(OfOwner(Start("j0", "p0", "Present"))),
    ByOther(Start("j0", "p0", "Present")),
    ByOther(OfOwner(RevokeJob("j0"))),
    ByOther(OfOwner(Sign("j1", "p1"))),
    ByOther(ListPermissions("p0")),
    ByOther(ListProfiles("absent", "any", "any")),
    ByOther(ListJobs(AnyJob)),
    ByOther(Describe("j0"))>>
===============================================================================
