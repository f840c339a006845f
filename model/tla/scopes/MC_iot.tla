-------------------------------- MODULE MC_iot --------------------------------
(* A platform whose signatures neither expire nor can be revoked. *)
EXTENDS Check

ScopeEdition == "current"
ScopeWithin(someProfiles, someJobs) == Everywhere

ScopeCalls == <<
    Put("p0", "IotDeviceManagement"),
    Cancel("p0"),
    Start("j0", "p0", "Present"),
    Sign("j1", "p0"),
    Describe("j0"),
    RevokeJob("j0"),
    ListJobs([AnyJob EXCEPT !.expires = "After"]),
    ListJobs([AnyJob EXCEPT !.expires = "Before"]),
    ListJobs([AnyJob EXCEPT !.platform = "IotDeviceManagement"]),
    ListJobs(AnyJob)>>
===============================================================================
