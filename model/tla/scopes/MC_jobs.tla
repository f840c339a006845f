------------------------------- MODULE MC_jobs -------------------------------
(* Jobs of both kinds: tokens, parameters, status, lists, revocation of *)
(* signatures.                                                           *)
EXTENDS Check

ScopeEdition == "current"
ScopeWithin(someProfiles, someJobs) == Everywhere

CallsOf(job) == <<
    Start(job, "p0", "Present"),
    StartTo(job, "p0", "Present", "B"),
    Start(job, "p0", "Missing"),
    OfOwner(Start(job, "p0", "Present")),
    Start(job, "p1", "Present"),
    Start(job, "p2", "Present"),
    Describe(job),
    RevokeJob(job),
    OfOwner(RevokeJob(job))>>

ScopeCalls ==
    << Put("p0", "Lambda"),
       PutWith("p1", "Lambda", "Day", FALSE, FALSE, NoTags),
       PutWith("p2", "Notation", "Day", FALSE, FALSE, NoTags),
       Cancel("p0"),
       Cancel("p2"),
       Sign("j2", "p2"),
       Sign("j2", "p0"),
       OfOwner(Sign("j2", "p2")),
       Describe("j2"),
       RevokeJob("j2"),
       ListJobs(AnyJob),
       ListJobsPaged(AnyJob, "1") >>
    \o CallsOf("j0") \o CallsOf("j1") \o
    << ListJobs([AnyJob EXCEPT !.status = "InProgress"]),
       ListJobs([AnyJob EXCEPT !.status = "Failed"]),
       ListJobs([AnyJob EXCEPT !.status = "Succeeded"]),
       ListJobs([AnyJob EXCEPT !.platform = "Lambda"]),
       ListJobs([AnyJob EXCEPT !.revoked = "yes"]),
       ListJobs([AnyJob EXCEPT !.revoked = "no"]),
       ListJobs([AnyJob EXCEPT !.invoker = "Owner"]),
       ListJobs([AnyJob EXCEPT !.expires = "After"]),
       ListJobs([AnyJob EXCEPT !.expires = "Before"]) >>
===============================================================================
