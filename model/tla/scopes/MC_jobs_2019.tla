----------------------------- MODULE MC_jobs_2019 -----------------------------
(* Jobs of 2019. *)
EXTENDS Check

ScopeEdition == "2019-05-22"
ScopeWithin(someProfiles, someJobs) == Everywhere

ScopeCalls == <<
    Put("p0", "IotDeviceManagement"),
    Put("p1", "FreeRtosDefault"),
    Cancel("p0"),
    Start("j0", "p0", "Present"),
    StartTo("j0", "p0", "Present", "B"),
    Start("j1", "p0", "Missing"),
    Start("j2", "p1", "Present"),
    Start("j3", "p2", "Present"),
    Describe("j0"),
    Describe("j1"),
    Describe("j2"),
    Describe("j3"),
    ListJobs(AnyJob),
    ListJobsPaged(AnyJob, "1"),
    ListJobs([AnyJob EXCEPT !.status = "InProgress"]),
    ListJobs([AnyJob EXCEPT !.status = "Failed"]),
    ListJobs([AnyJob EXCEPT !.status = "Succeeded"]),
    ListJobs([AnyJob EXCEPT !.platform = "IotDeviceManagement"])>>
===============================================================================
