-------------------------------- MODULE Signer --------------------------------
(***************************************************************************)
(* A service that answers the calls of a scope, one after the other, while *)
(* the jobs that were started come to their ends.                          *)
(***************************************************************************)
EXTENDS Revocations, Permissions, JobRules, Tags

CONSTANT Calls      \* The calls that are made, a sequence: their numbers name them in reports.

Asked(operation) == {n \in DOMAIN Calls : Calls[n].op = operation}

Init ==
    /\ profiles = [p \in Profiles |-> NoProfile]
    /\ jobs = [j \in Jobs |-> NoJob]
    /\ asked = 0
    /\ reply = [kind |-> "None"]

Answer ==
    \/ \E n \in Asked("AddProfilePermission")    : Asks(n) /\ AddProfilePermission(Calls[n])
    \/ \E n \in Asked("CancelSigningProfile")    : Asks(n) /\ CancelSigningProfile(Calls[n])
    \/ \E n \in Asked("DescribeSigningJob")      : Asks(n) /\ DescribeSigningJob(Calls[n])
    \/ \E n \in Asked("GetRevocationStatus")     : Asks(n) /\ GetRevocationStatus(Calls[n])
    \/ \E n \in Asked("GetSigningPlatform")      : Asks(n) /\ GetSigningPlatform(Calls[n])
    \/ \E n \in Asked("GetSigningProfile")       : Asks(n) /\ GetSigningProfile(Calls[n])
    \/ \E n \in Asked("ListProfilePermissions")  : Asks(n) /\ ListProfilePermissions(Calls[n])
    \/ \E n \in Asked("ListSigningJobs")         : Asks(n) /\ ListSigningJobs(Calls[n])
    \/ \E n \in Asked("ListSigningPlatforms")    : Asks(n) /\ ListSigningPlatforms(Calls[n])
    \/ \E n \in Asked("ListSigningProfiles")     : Asks(n) /\ ListSigningProfiles(Calls[n])
    \/ \E n \in Asked("ListTagsForResource")     : Asks(n) /\ ListTagsForResource(Calls[n])
    \/ \E n \in Asked("PutSigningProfile")       : Asks(n) /\ PutSigningProfile(Calls[n])
    \/ \E n \in Asked("RemoveProfilePermission") : Asks(n) /\ RemoveProfilePermission(Calls[n])
    \/ \E n \in Asked("RevokeSignature")         : Asks(n) /\ RevokeSignature(Calls[n])
    \/ \E n \in Asked("RevokeSigningProfile")    : Asks(n) /\ RevokeSigningProfile(Calls[n])
    \/ \E n \in Asked("SignPayload")             : Asks(n) /\ SignPayload(Calls[n])
    \/ \E n \in Asked("StartSigningJob")         : Asks(n) /\ StartSigningJob(Calls[n])
    \/ \E n \in Asked("TagResource")             : Asks(n) /\ TagResource(Calls[n])
    \/ \E n \in Asked("UntagResource")           : Asks(n) /\ UntagResource(Calls[n])

Time == \E j \in Jobs : Ends(j)

Next == Answer \/ Time

Spec == Init /\ [][Next]_vars

\* What can happen without a pause happens in the end: a job that can end does.
FairSpec == Spec /\ \A j \in Jobs : WF_vars(Ends(j))
===============================================================================
