------------------------------- MODULE Requests -------------------------------
(***************************************************************************)
(* The calls that scopes are made of, in short.  A call is made by the     *)
(* owner of the profiles unless ByOther says otherwise.  How many items a  *)
(* page of a list holds is part of the call and changes no answer.         *)
(***************************************************************************)
EXTENDS Vocabulary

ByOther(call) == [call EXCEPT !.by = "Other"]
OfOwner(call) == [call EXCEPT !.owner = "Owner"]

\* The calls of two sequences, those of a first and a last one between which a rule varies.
RECURSIVE Joined(_)
Joined(sequences) == IF sequences = <<>> THEN <<>> ELSE Head(sequences) \o Joined(Tail(sequences))

-------------------------------------------------------------------------------
PutWith(profile, platform, validity, material, parameters, tags) ==
    [op |-> "PutSigningProfile", by |-> "Owner", profile |-> profile, platform |-> platform,
     validity |-> validity, material |-> material, parameters |-> parameters, tags |-> tags]

\* As most profiles are made: with signing material where the platform needs it.
Put(profile, platform) ==
    PutWith(profile, platform, "Default", platform \notin {"Lambda", "Notation"},
            platform \in {"FreeRtosDefault", "FreeRtosTi"}, NoTags)

K0IsA == [NoTags EXCEPT !["k0"] = "A"]

Get(profile)    == [op |-> "GetSigningProfile", by |-> "Owner", profile |-> profile, owner |-> "Omitted"]
Cancel(profile) == [op |-> "CancelSigningProfile", by |-> "Owner", profile |-> profile]

RevokeVersion(profile, version, effective) ==
    [op |-> "RevokeSigningProfile", by |-> "Owner", profile |-> profile, version |-> version, effective |-> effective]
Revoke(profile, effective) == RevokeVersion(profile, "Current", effective)

ListProfilesPaged(canceled, status, platform, page) ==
    [op |-> "ListSigningProfiles", by |-> "Owner", canceled |-> canceled, status |-> status,
     platform |-> platform, page |-> page]
ListProfiles(canceled, status, platform) == ListProfilesPaged(canceled, status, platform, "default")

-------------------------------------------------------------------------------
GetPlatform(platform) == [op |-> "GetSigningPlatform", by |-> "Owner", platform |-> platform]
ListPlatforms(column, of, page) ==
    [op |-> "ListSigningPlatforms", by |-> "Owner", column |-> column, of |-> of, page |-> page]

\* The calls about platforms, which filter by the values of one of them.
PlatformCalls(platform) == <<
    GetPlatform(platform),
    GetPlatform("Unknown"),
    ListPlatforms("any", "any", "default"),
    ListPlatforms("any", "any", "1"),
    ListPlatforms("any", "any", "2"),
    ListPlatforms("category", platform, "default"),
    ListPlatforms("partner", platform, "default"),
    ListPlatforms("partner", "FreeRtosDefault", "1"),
    ListPlatforms("target", platform, "default"),
    ListPlatforms("partner", "Unknown", "default")>>

-------------------------------------------------------------------------------
Grant(principal, action, version) == [principal |-> principal, action |-> action, version |-> version]
MayStart  == Grant("OtherAccount", "StartSigningJob", "Any")
MaySign   == Grant("OtherAccount", "SignPayload", "Any")
MayGet    == Grant("OtherAccount", "GetSigningProfile", "Any")
MayRevoke == Grant("OtherAccount", "RevokeSignature", "Any")

Add(profile, statement, grant, revision) ==
    [op |-> "AddProfilePermission", by |-> "Owner", profile |-> profile, statement |-> statement,
     grant |-> grant, revision |-> revision]
Remove(profile, statement, revision) ==
    [op |-> "RemoveProfilePermission", by |-> "Owner", profile |-> profile, statement |-> statement,
     revision |-> revision]
ListPermissions(profile) == [op |-> "ListProfilePermissions", by |-> "Owner", profile |-> profile]

-------------------------------------------------------------------------------
StartTo(job, profile, source, destination) ==
    [op |-> "StartSigningJob", by |-> "Owner", job |-> job, profile |-> profile, owner |-> "Omitted",
     source |-> source, destination |-> destination]
Start(job, profile, source) == StartTo(job, profile, source, "A")
Sign(job, profile) == [op |-> "SignPayload", by |-> "Owner", job |-> job, profile |-> profile, owner |-> "Omitted"]
Describe(job) == [op |-> "DescribeSigningJob", by |-> "Owner", job |-> job]

AnyJob == [status |-> "any", platform |-> "any", revoked |-> "any", invoker |-> "any", expires |-> "any"]
ListJobsPaged(filter, page) == [op |-> "ListSigningJobs", by |-> "Owner", filter |-> filter, page |-> page]
ListJobs(filter) == ListJobsPaged(filter, "default")

RevokeJob(job) == [op |-> "RevokeSignature", by |-> "Owner", job |-> job, owner |-> "Omitted"]
Status(profile, job, platform, at) ==
    [op |-> "GetRevocationStatus", by |-> "Owner", profile |-> profile, job |-> job, platform |-> platform, at |-> at]

-------------------------------------------------------------------------------
Tag(profile, key, value) ==
    [op |-> "TagResource", by |-> "Owner", profile |-> profile, key |-> key, value |-> value]
Untag(profile, key) == [op |-> "UntagResource", by |-> "Owner", profile |-> profile, key |-> key]
ListTags(profile)   == [op |-> "ListTagsForResource", by |-> "Owner", profile |-> profile]
===============================================================================
