------------------------- MODULE Wrong_cancel_refused -------------------------
(* No profile can be canceled. *)
EXTENDS MC_jobs_2019

NeverCancels(call) == Refuses({"AccessDenied"})
===============================================================================
