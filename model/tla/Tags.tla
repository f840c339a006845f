--------------------------------- MODULE Tags ---------------------------------
(***************************************************************************)
(* The tags of profiles.  No tag operation declares a job or another       *)
(* account's profile as resource.                                          *)
(***************************************************************************)
EXTENDS State

\* TagResource/foreign-arn.
ForeignErrors == {"BadRequest", "NotFound", "AccessDenied"}

\* TagResource/limit: 50 tags by one document, 200 by the other.
Count(tags) ==
    Cardinality({k \in TagKeys \ {"many"} : tags[k] # "None"})
        + IF tags["many"] = "None" THEN 0 ELSE Bundle

\* TagResource/bad-tags, bad-tags-error.
TooMany == {"BadRequest", "Validation"}

TagErrors(tags) == When(Count(tags) > 200, TooMany)                    \* TagResource/limit

TagDoubts(held, tags) == AnyError(<<
    When(held.status = "Revoked", {"BadRequest"}),                     \* TagResource/revoked
    \* TagResource/limit; a service that holds more than 50 tags already has shown which limit is its own.
    When(Count(tags) > 50 /\ Count(held.tags) <= 50, TooMany)>>)

\* The profile with those tags; a call that finds its work done changes nothing.
Tagged(call, held, tags) == ProfileBecomes(call.profile, [held EXCEPT !.tags = tags], Done)

TagResource(call) ==
    LET held  == profiles[call.profile]
        tags  == [held.tags EXCEPT ![call.key] = call.value]           \* TagResource/overwrites, merges
        wrong == TagErrors(tags)
    IN
    CASE call.by = "Other" -> Refuses(ForeignErrors)
      [] call.by = "Owner" /\ held.status = "Absent" -> Refuses({"NotFound"})  \* TagResource/absent
      [] call.by = "Owner" /\ held.status = "Canceled" -> Refuses({"BadRequest"}) \* TagResource/canceled
      [] OTHER ->
            \/ Refuses(wrong \cup TagDoubts(held, tags))
            \/ wrong = {} /\ Tagged(call, held, tags)                  \* TagResource/tags

UntagResource(call) ==
    LET held == profiles[call.profile] IN
    CASE call.by = "Other" -> Refuses(ForeignErrors)
      [] call.by = "Owner" /\ held.status = "Absent" -> Refuses({"NotFound"})  \* UntagResource/absent
      [] call.by = "Owner" /\ held.status = "Canceled" -> Refuses({"BadRequest"}) \* UntagResource/canceled
      [] OTHER ->
            \* UntagResource/revoked, absent-key
            \/ Refuses(When(held.status = "Revoked" \/ held.tags[call.key] = "None", {"BadRequest"}))
            \/ Tagged(call, held, [held.tags EXCEPT ![call.key] = "None"])     \* UntagResource/untags, others-stay

ListTagsForResource(call) ==
    LET held == profiles[call.profile] IN
    CASE call.by = "Other" -> Refuses(ForeignErrors)
      [] call.by = "Owner" /\ held.status = "Absent" -> Refuses({"NotFound"})  \* ListTagsForResource/absent
      [] call.by = "Owner" /\ held.status = "Canceled" -> Refuses({"BadRequest"}) \* ListTagsForResource/canceled
      [] OTHER ->
            \/ Refuses(When(held.status = "Revoked", {"BadRequest"}))  \* ListTagsForResource/revoked
            \/ Tells({[kind |-> "Tags", tags |-> held.tags]})          \* ListTagsForResource/lists, none
===============================================================================
