---------------------------- MODULE MC_pagination ----------------------------
(* Lists of every size, a page at a time, while what they list changes. *)
EXTENDS Check

ScopeEdition == "current"
ScopeWithin(someProfiles, someJobs) == Everywhere

ListsIn(page) == <<
    ListProfilesPaged("absent", "any", "any", page),
    ListProfilesPaged("true", "any", "any", page),
    ListProfilesPaged("absent", "Canceled", "any", page),
    ListJobsPaged(AnyJob, page),
    ListJobsPaged([AnyJob EXCEPT !.status = "Succeeded"], page),
    ListPlatforms("any", "any", page)>>

CallsOf(profile) == << Put(profile, "Lambda"), Cancel(profile) >>

StartsOf(job) == << Start(job, "p0", "Present"), Start(job, "p1", "Present"), Start(job, "p2", "Present") >>

ScopeCalls == Joined(<<
    ListsIn("1"), ListsIn("2"), ListsIn("default"),
    CallsOf("p0"), CallsOf("p1"), CallsOf("p2"),
    StartsOf("j0"), StartsOf("j1"), StartsOf("j2")>>)
===============================================================================
